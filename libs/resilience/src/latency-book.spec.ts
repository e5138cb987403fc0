import { describe, expect, it } from '@jest/globals';
import { hedgeAfterMs, mayHedge, noHedgeSpend, noteSpend } from './hedge.js';
import { LatencyBook, promptBucket } from './latency-book.js';

const small = { target: 'a', promptTokens: 500 };

function known(samples: number): LatencyBook {
  const book = new LatencyBook();
  for (let n = 1; n <= samples; n += 1) book.recordFirstToken(small, n * 10, n);
  return book;
}

describe('LatencyBook', () => {
  it.each([
    [0, 0],
    [1000, 0],
    [1001, 1],
    [8000, 1],
    [32_000, 2],
    [128_000, 3],
    [128_001, 4],
  ])('puts a prompt of %p tokens in bucket %p', (tokens, bucket) => expect(promptBucket(tokens)).toBe(bucket));

  it('keeps targets, prompt sizes and measures apart', () => {
    const book = known(100);
    book.recordWhole(small, 9000);
    book.recordGap({ ...small, promptTokens: 9000 }, 30);
    expect(book.stats(small)).toMatchObject({ firstToken: { count: 100 }, whole: { count: 1 }, gap: { count: 0 } });
    expect(book.stats({ ...small, promptTokens: 9000 })).toMatchObject({ firstToken: { count: 0 }, gap: { count: 1 } });
    expect(book.stats({ ...small, target: 'b' })).toBeUndefined();
    expect(Math.abs((book.stats(small)?.firstToken.p95 ?? 0) - 950)).toBeLessThan(50);
  });

  it('scores by time, failures and calls under way', () => {
    const book = new LatencyBook();
    book.recordFirstToken(small, 200, 0);
    book.recordFirstToken({ ...small, target: 'b' }, 300, 0);
    expect(book.score('a', 0, 0)).toBeLessThan(book.score('b', 0, 0));
    expect(book.score('a', 1, 0)).toBeGreaterThan(book.score('b', 0, 0));
    book.recordFailure('a', undefined, 0);
    expect(book.score('a', 0, 0)).toBe(5000);
  });

  it('forgets targets that are no longer configured', () => {
    const book = known(30);
    book.keep(new Set(['b']));
    expect(book.stats(small)).toBeUndefined();
  });

  it('says what a target became', () => {
    const book = new LatencyBook();
    for (let n = 0; n < 30; n += 1) book.recordFirstToken(small, 300, n);
    const told = Array.from({ length: 10 }, (_, n) => book.recordFirstToken(small, 4000, 30 + n));
    expect(told.filter(Boolean)).toEqual([expect.objectContaining({ speed: 'slow' })]);
  });
});

describe('hedging', () => {
  it('waits for the first-token p95, once enough is known', () => {
    expect(hedgeAfterMs(undefined)).toBeUndefined();
    expect(hedgeAfterMs(known(19).stats(small))).toBeUndefined();
    expect(hedgeAfterMs(known(100).stats(small))).toBeCloseTo(known(100).stats(small)?.firstToken.p95 ?? 0);
  });

  it('stays within its share of spend, for good', () => {
    let spend = noHedgeSpend;
    let [total, hedged] = [0, 0];
    for (let n = 0; n < 50_000; n += 1) {
      const cost = 1 + (n % 7);
      spend = noteSpend(spend, cost, false);
      total += cost;
      if (!mayHedge(spend, cost, 0.02)) continue;
      spend = noteSpend(spend, cost, true);
      total += cost;
      hedged += cost;
    }
    expect(hedged / total).toBeLessThanOrEqual(0.02);
    expect(hedged / total).toBeGreaterThan(0.015);
    expect(mayHedge(spend, 0, 0)).toBe(false);
  });
});
