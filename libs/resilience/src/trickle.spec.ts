import { describe, expect, it } from '@jest/globals';
import { Trickle } from './trickle.js';

/** How many of evenly spaced calls may try. */
function taken(perSecond: number, seconds: number): number {
  const trickle = new Trickle();
  let count = 0;
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const now = (n * 1000) / perSecond;
    trickle.noteCall(now);
    if (trickle.take(now)) count += 1;
  }
  return count;
}

describe('Trickle', () => {
  it.each([
    [5, 60, 60],
    [10, 60, 60],
    [200, 60, 1200],
  ])('of %p calls a second in %p seconds lets %p try', (perSecond, seconds, expected) => {
    expect(taken(perSecond, seconds)).toBeGreaterThan(expected * 0.85);
    expect(taken(perSecond, seconds)).toBeLessThanOrEqual(expected + 1);
  });

  it('saves nothing for a burst and says how long to wait', () => {
    const trickle = new Trickle();
    expect([trickle.waitMs(0), trickle.take(0), trickle.take(0), trickle.waitMs(0)]).toEqual([0, true, false, 1000]);
    expect(trickle.waitMs(400)).toBe(600);
    expect([trickle.take(60_000), trickle.take(60_000)]).toEqual([true, false]);
  });

  it('lets two more try for each that was answered, while that is news, and none after a failure', () => {
    const trickle = new Trickle();
    const through = (now: number): number => {
      for (let n = 0; ; n += 1) if (!trickle.take(now)) return n;
    };
    expect(through(0)).toBe(1);
    trickle.noteResult(true, 10);
    expect(through(10)).toBe(2);
    trickle.noteResult(true, 20);
    trickle.noteResult(true, 20);
    expect(through(20)).toBe(4);
    trickle.noteResult(true, 30);
    trickle.noteResult(false, 31);
    expect(through(31)).toBe(0);
    trickle.noteResult(true, 40);
    // What was earned is stale: one second's worth is left.
    expect(through(2000)).toBe(1);
    for (let n = 0; n < 1000; n += 1) trickle.noteResult(true, 2001);
    expect(through(2001)).toBe(256);
  });
});
