import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RetryBudget } from './retry-budget.js';

/** Calls that fail at every target they try, of which each wants two further attempts. */
function outage(budget: RetryBudget, costs: readonly number[]): { readonly first: number; readonly extra: number } {
  let [first, extra] = [0, 0];
  costs.forEach((cost, at) => {
    budget.earn(cost);
    first += cost;
    for (let n = 0; n < 2; n += 1) if (budget.spend(cost, at)) extra += cost;
  });
  return { first, extra };
}

describe('RetryBudget', () => {
  it('lets a quiet gateway fail over about ten times before it has earned anything', () => {
    const budget = new RetryBudget();
    budget.earn(100);
    const paid = Array.from({ length: 20 }, (_, at) => budget.spend(100, at)).filter(Boolean).length;
    expect(paid).toBe(10);
  });

  it('adds at most a fifth in an outage of everything, in the long run', () => {
    const costs = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 50, maxLength: 100 });
    fc.assert(
      fc.property(costs, (some) => {
        const all = Array.from({ length: 40 }, () => some).flat();
        const { first, extra } = outage(new RetryBudget(), all);
        expect(extra).toBeLessThanOrEqual(first * 0.2 + 12 * Math.max(...some));
      }),
      { numRuns: 50 },
    );
    const { first, extra } = outage(
      new RetryBudget(),
      Array.from({ length: 100_000 }, () => 7),
    );
    expect(extra / first).toBeLessThanOrEqual(0.2002);
  });

  it('rations what costs nothing by number', () => {
    const budget = new RetryBudget();
    let extra = 0;
    for (let at = 0; at < 10_000; at += 1) {
      budget.earn(0);
      if (budget.spend(0, at)) extra += 1;
    }
    expect(extra).toBeLessThanOrEqual(2011);
  });

  it('never rations failover to what works', () => {
    const budget = new RetryBudget();
    for (let at = 0; at < 10_000; at += 1) {
      budget.earn(100);
      expect(budget.spend(100, at)).toBe(true);
      budget.refund(100);
    }
  });

  it('saves up to a cap, which fades in time', () => {
    const spendAll = (at: number): number => {
      const budget = new RetryBudget();
      expect(budget.spend(1, 0)).toBe(true);
      for (let n = 0; n < 20_000; n += 1) budget.earn(1);
      // The age of what was saved is counted from the last spending.
      let paid = 0;
      while (budget.spend(1, at)) paid += 1;
      return paid;
    };
    expect(spendAll(0)).toBe(1010);
    expect(spendAll(300_000)).toBe(510);
    expect(spendAll(1e9)).toBe(10);
  });
});
