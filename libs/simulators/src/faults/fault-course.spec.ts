import { describe, expect, it } from '@jest/globals';
import { endOf, shareAt } from './fault-course.js';

describe('shareAt', () => {
  it.each([
    ['at once, for ever', {}, [0, 1e9], [100, 100]],
    ['late', { startAfterMs: 10 }, [9, 10], [0, 100]],
    ['growing', { percent: 80, onsetMs: 100 }, [0, 25, 100, 500], [0, 20, 80, 80]],
    ['late, then growing', { startAfterMs: 50, onsetMs: 100 }, [49, 100, 150], [0, 50, 100]],
    ['flapping', { periodMs: 10 }, [0, 9, 10, 19, 20], [100, 100, 0, 0, 100]],
    ['for a time', { durationMs: 10 }, [9, 10], [100, 0]],
    ['for a time, then less and less', { durationMs: 10, recoveryMs: 10 }, [9, 10, 15, 20, 30], [100, 100, 50, 0, 0]],
  ])('strikes %s', (_name, course, times, shares) => {
    expect(times.map((time) => shareAt(course, time))).toEqual(shares);
  });
});

describe('endOf', () => {
  it('counts everything before the end', () => {
    expect(endOf({ startAfterMs: 1, durationMs: 10, recoveryMs: 100, onsetMs: 1000 }, 5)).toBe(116);
    expect(endOf({ startAfterMs: 1 }, 5)).toBeUndefined();
  });
});
