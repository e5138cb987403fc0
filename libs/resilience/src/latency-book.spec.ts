import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deadlinesFor } from './adaptive-deadlines.js';
import { hedgeAfterMs, HedgeBudget } from './hedge.js';
import { LatencyBook } from './latency-book.js';
import { PeakEwma } from './peak-ewma.js';
import { Quantiles } from './quantiles.js';

const filled = (values: readonly number[]): Quantiles => {
  const quantiles = new Quantiles();
  for (const value of values) quantiles.add(value);
  return quantiles;
};

describe('Quantiles', () => {
  it('is never below the true quantile, and at most a fifth above', () => {
    const samples = fc.array(fc.integer({ min: 1, max: 3_000_000 }), { minLength: 1, maxLength: 390 });
    fc.assert(
      fc.property(samples, fc.constantFrom(0.05, 0.5, 0.95, 0.99, 1), (values, share) => {
        const exact = values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? 0;
        const found = filled(values).at(share) ?? 0;
        expect(found).toBeGreaterThanOrEqual(exact * 0.999_999);
        expect(found).toBeLessThanOrEqual(exact * 2 ** 0.25 * 1.000_001);
      }),
    );
  });

  it('forgets what was long ago', () => {
    const quantiles = filled(Array.from({ length: 3000 }, (_, n) => (n < 1000 ? 10_000 : 10)));
    expect(quantiles.at(0.95)).toBeLessThan(20);
    expect(quantiles.count).toBeLessThanOrEqual(400);
  });

  it('says nothing of nothing, and takes no nonsense', () => {
    expect(filled([]).at(0.5)).toBeUndefined();
    expect(filled([Number.NaN, -1]).count).toBe(0);
  });
});

describe('PeakEwma', () => {
  it('believes a worse value at once and a better one slowly', () => {
    const ewma = new PeakEwma();
    ewma.add(100, 0);
    ewma.add(2000, 100);
    expect(ewma.score(0, 100)).toBe(2000);
    ewma.add(100, 200);
    expect(ewma.score(0, 200)).toBeGreaterThan(1800);
  });

  it('holds a fast error for a slow answer', () => {
    const [failing, slow] = [new PeakEwma(), new PeakEwma()];
    failing.fail(0, 0);
    slow.add(3000, 0);
    expect(failing.score(0, 1)).toBeGreaterThan(slow.score(0, 1));
  });

  it('grows with the calls that wait, and fades when nothing is heard', () => {
    const ewma = new PeakEwma();
    ewma.add(100, 0);
    expect(ewma.score(3, 0)).toBe(400);
    expect(ewma.score(0, 60_000)).toBeLessThan(20);
    expect(new PeakEwma().score(1, 0)).toBeGreaterThan(new PeakEwma().score(0, 0));
  });
});

describe('LatencyBook', () => {
  const settle = (book: LatencyBook, ms: number, from: number, calls = 40): void => {
    for (let n = 0; n < calls; n += 1) expect(book.noteFirstToken(10, ms, from + n)).toBeUndefined();
  };
  const run = (book: LatencyBook, ms: number, from: number): readonly number[] =>
    Array.from({ length: 40 }, (_, n) => n).filter((n) => book.noteFirstToken(10, ms, from + n) !== undefined);

  it('notices a constant delay of answers that all succeed, once, and its end', () => {
    const book = new LatencyBook();
    settle(book, 300, 0);
    expect(run(book, 3300, 1000)).toHaveLength(1);
    expect(run(book, 300, 2000)).toHaveLength(1);
    expect(run(book, 320, 3000)).toHaveLength(0);
  });

  it('takes no small or short delay for one', () => {
    const book = new LatencyBook();
    settle(book, 100, 0);
    settle(book, 500, 1000);
    for (let n = 0; n < 4; n += 1) expect(book.noteFirstToken(10, 9000, 2000 + n)).toBeUndefined();
    settle(book, 500, 3000);
  });

  it('judges each size of prompt by its own past', () => {
    const book = new LatencyBook();
    settle(book, 100, 0);
    for (let n = 0; n < 60; n += 1) expect(book.noteFirstToken(100_000, 20_000, n)).toBeUndefined();
    expect(book.history(100_000).firstToken.at(0.5)).toBeGreaterThan(20_000);
    expect(book.history(900).firstToken.at(0.5)).toBeLessThan(130);
  });
});

describe('deadlinesFor', () => {
  const route = { connect: 1000, total: 60_000 };
  const given = { route, promptTokens: 10, stream: true };

  it('has wide ones where nothing is known', () => {
    const unknown = { connect: 1000, firstToken: 30_000, interToken: 30_000, total: 60_000 };
    expect(deadlinesFor({ ...given, book: undefined })).toEqual({ ...unknown, attempt: 300_000 });
    expect(deadlinesFor({ ...given, stream: false, book: new LatencyBook() }).attempt).toBe(120_000);
  });

  it('follows the history of that size within bounds, and keeps what the route says', () => {
    const book = new LatencyBook();
    for (let n = 0; n < 40; n += 1) {
      book.noteFirstToken(10, 4000, n);
      book.noteWhole(10, 10_000, n);
      book.gap.add(10);
    }
    const { firstToken, interToken } = deadlinesFor({ ...given, book });
    expect(firstToken).toBeGreaterThanOrEqual(12_000);
    expect(firstToken).toBeLessThan(15_000);
    expect(interToken).toBe(5000);
    expect(deadlinesFor({ ...given, book, promptTokens: 50_000 }).firstToken).toBe(30_000);
    const { attempt } = deadlinesFor({ ...given, book, stream: false });
    expect(attempt).toBeGreaterThanOrEqual(30_000);
    expect(attempt).toBeLessThan(37_000);
    expect(deadlinesFor({ ...given, route: { ...route, firstToken: 700 }, book }).firstToken).toBe(700);
  });
});

describe('hedging', () => {
  it('is for what is later than 95 of 100, once that is known', () => {
    expect(hedgeAfterMs(filled(Array.from({ length: 19 }, () => 10)))).toBeUndefined();
    const usual = Array.from({ length: 100 }, (_, n) => (n < 95 ? 100 : 5000));
    expect(hedgeAfterMs(filled(usual))).toBeGreaterThanOrEqual(100);
    expect(hedgeAfterMs(filled(usual))).toBeLessThan(120);
  });

  it('never costs more than its share of the spend', () => {
    const costs = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 1000 })), { maxLength: 200 });
    fc.assert(
      fc.property(costs, fc.constantFrom(0, 0.02, 0.5), (events, share) => {
        const budget = new HedgeBudget();
        let [spent, hedged] = [0, 0];
        for (const [hedge, cost] of events) {
          if (!hedge) {
            budget.earn(cost, 0);
            spent += cost;
          } else if (budget.take(share, cost, 0)) hedged += cost;
          // What is taken is itself a part of the spend.
          expect(hedged).toBeLessThanOrEqual(share * (spent + hedged) + 1e-6 + share * 1000);
        }
      }),
    );
  });
});
