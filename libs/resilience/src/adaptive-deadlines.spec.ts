import { describe, expect, it } from '@jest/globals';
import { deadlinesFor } from './adaptive-deadlines.js';
import type { BucketStats } from './latency-book.js';

const said = { connect: 3000, total: 600_000 };
const none = { count: 0, p50: 0, p95: 0, p99: 0 };
const all = (count: number, ms: number): BucketStats => {
  const same = { count, p50: ms, p95: ms, p99: ms };
  return { firstToken: same, whole: same, gap: same };
};

describe('deadlinesFor', () => {
  it.each([
    ['nothing is known', undefined],
    ['too little is known', all(19, 100)],
  ])('takes fixed times where %s', (_name, history) => {
    expect(deadlinesFor(said, history, true)).toEqual({
      ...said,
      firstToken: 30_000,
      interToken: 30_000,
      attempt: 300_000,
    });
    expect(deadlinesFor(said, history, false).attempt).toBe(120_000);
  });

  it.each([
    [100, { firstToken: 5000, interToken: 5000, attempt: 15_000 }],
    [6000, { firstToken: 18_000, interToken: 30_000, attempt: 18_000 }],
    [1e6, { firstToken: 60_000, interToken: 30_000, attempt: 300_000 }],
  ])('adapts to times of %p ms within bounds', (ms, expected) => {
    expect(deadlinesFor(said, all(20, ms), false)).toMatchObject(expected);
    expect(deadlinesFor(said, all(20, ms), true).attempt).toBe(300_000);
  });

  it('takes gaps by their middle, first tokens and whole answers by their worst', () => {
    const times = { count: 50, p50: 400, p95: 3000, p99: 7000 };
    const history = { firstToken: times, whole: times, gap: times };
    expect(deadlinesFor(said, history, false)).toMatchObject({ firstToken: 21_000, interToken: 8000, attempt: 21_000 });
    expect(deadlinesFor(said, { ...history, gap: none }, false).interToken).toBe(30_000);
  });

  it('holds to what the route says', () => {
    const explicit = { ...said, firstToken: 1, interToken: 2, attempt: 3 };
    expect(deadlinesFor(explicit, all(50, 100), false)).toEqual(explicit);
  });
});
