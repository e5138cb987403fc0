import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LogHistogram } from './log-histogram.js';

describe('LogHistogram', () => {
  it('is within a twentieth of every exact quantile', () => {
    const times = fc.array(fc.integer({ min: 1, max: 600_000 }), { minLength: 1, maxLength: 1500 });
    fc.assert(
      fc.property(times, fc.constantFrom(0.5, 0.95, 0.99), (recorded, share) => {
        const histogram = new LogHistogram();
        for (const ms of recorded) histogram.record(ms);
        const exact = recorded.toSorted((a, b) => a - b)[Math.ceil(recorded.length * share) - 1] ?? 0;
        expect(Math.abs(histogram.quantile(share) / exact - 1)).toBeLessThan(0.051);
        expect(histogram.count).toBe(recorded.length);
      }),
    );
  });

  it('gives most weight to what was seen last, and stays bounded', () => {
    const histogram = new LogHistogram();
    for (let n = 0; n < 10_000; n += 1) histogram.record(100);
    for (let n = 0; n < 2000; n += 1) histogram.record(1000);
    expect(histogram.quantile(0.5)).toBeGreaterThan(900);
    expect(histogram.count).toBeLessThanOrEqual(2000);
  });

  it('takes what is no duration for nothing, and what is absurdly long for its longest', () => {
    const histogram = new LogHistogram();
    for (const ms of [-1, Number.NaN]) histogram.record(ms);
    expect(histogram.quantiles()).toEqual({ count: 0, p50: 0, p95: 0, p99: 0 });
    histogram.record(Infinity);
    histogram.record(0);
    expect(histogram.quantile(0.5)).toBe(1);
    expect(histogram.quantile(0.99)).toBeGreaterThan(900_000);
  });
});
