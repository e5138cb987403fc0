import { describe, expect, it } from '@jest/globals';
import { PeakEwma } from './peak-ewma.js';

function seen(...times: readonly (readonly [ms: number, at: number])[]): PeakEwma {
  const ewma = new PeakEwma();
  for (const [ms, at] of times) ewma.record(ms, at);
  return ewma;
}

describe('PeakEwma', () => {
  it('jumps to what is worse and forgets it slowly', () => {
    const ewma = seen([100, 0], [2000, 100]);
    expect(ewma.score(0, 100)).toBe(2000);
    ewma.record(100, 200);
    expect(ewma.score(0, 200)).toBeGreaterThan(1900);
    for (let at = 1000; at <= 120_000; at += 1000) ewma.record(100, at);
    expect(ewma.score(0, 120_000)).toBeLessThan(200);
    expect(ewma.score(0, 120_000)).toBeGreaterThan(90);
  });

  it('counts calls under way', () => expect(seen([100, 0]).score(3, 0)).toBe(400));

  it('tries the unseen at once, but only once', () => {
    expect(new PeakEwma().score(0, 0)).toBeLessThan(10);
    expect(new PeakEwma().score(1, 0)).toBeGreaterThan(10_000);
  });

  it('takes no failure for a fast answer', () => {
    const after = (retryAfterMs?: number): number => {
      const ewma = seen([100, 0]);
      ewma.recordFailure(retryAfterMs, 1);
      return ewma.score(0, 1);
    };
    expect([after(), after(-1), after(1000), after(20_000), after(1e12)]).toEqual([5000, 5000, 5000, 20_000, 300_000]);
  });

  it('tries again what was bad, where no other call tells', () => {
    const ewma = seen([5000, 0]);
    expect(ewma.score(0, 120_000)).toBeLessThan(100);
  });

  it('remembers about twenty calls where they are rare', () => {
    const minutes = Array.from({ length: 200 }, (_, n) => [100, n * 60_000] as const);
    const ewma = seen(...minutes, [5000, 200 * 60_000], [100, 201 * 60_000]);
    expect(ewma.score(0, 201 * 60_000)).toBeGreaterThan(4000);
  });
});
