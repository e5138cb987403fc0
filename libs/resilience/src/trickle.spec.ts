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
});
