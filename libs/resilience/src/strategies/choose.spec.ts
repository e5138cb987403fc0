import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Strategy } from '#libs/contracts';
import { seededRandom } from '#libs/kernel';
import type { Candidate } from './candidate.js';
import { choose } from './choose.js';
import { stickyOrder } from './sticky-order.js';

const candidate = (id: string, changes: Partial<Candidate> = {}): Candidate => {
  return { id, weight: 1, share: 1, headroom: 1, scoreMs: 100, costMicros: 10, ...changes };
};

/** How often each was chosen, as a share of all. */
function shares(
  strategy: Strategy,
  candidates: readonly Candidate[],
  draws = 20_000,
): Readonly<Record<string, number>> {
  const random = seededRandom(11);
  const counts: Record<string, number> = {};
  for (let n = 0; n < draws; n += 1) {
    const id = choose(strategy, candidates, random) ?? 'none';
    counts[id] = (counts[id] ?? 0) + 1 / draws;
  }
  return counts;
}

describe('choose', () => {
  it('shares by weight, share and headroom', () => {
    const three = [candidate('a', { weight: 5 }), candidate('b', { weight: 3 }), candidate('c', { weight: 2 })];
    const by = shares('weighted', three);
    expect(by['a']).toBeCloseTo(0.5, 1);
    expect(by['b']).toBeCloseTo(0.3, 1);
    const ramping = shares('weighted', [candidate('a'), candidate('b', { share: 0.25 })]);
    expect(ramping['b']).toBeCloseTo(0.2, 1);
    expect(shares('weighted', [candidate('a'), candidate('b', { headroom: 0 })])['b']).toBeLessThan(0.02);
  });

  it('takes them as listed, the first by its share', () => {
    expect(shares('priority', [candidate('a'), candidate('b')])).toEqual({ a: expect.closeTo(1) });
    expect(shares('priority', [candidate('a', { share: 0.1 }), candidate('b')])['a']).toBeCloseTo(0.1, 1);
  });

  it('takes the faster of two', () => {
    const by = shares('lowest_latency', [
      candidate('a'),
      candidate('b', { scoreMs: 50 }),
      candidate('c', { scoreMs: 500 }),
    ]);
    expect(by['b']).toBeCloseTo(2 / 3, 1);
    expect(by['c']).toBeUndefined();
    expect(
      shares('lowest_latency', [candidate('a'), candidate('b', { scoreMs: 50, share: 0.1 })])['b'],
    ).toBeUndefined();
  });

  it('takes the cheapest, of equals by weight', () => {
    const by = shares('lowest_cost', [
      candidate('a', { costMicros: 11 }),
      candidate('b', { weight: 3 }),
      candidate('c'),
    ]);
    expect(by['a']).toBeUndefined();
    expect(by['b']).toBeCloseTo(0.75, 1);
  });

  it('always chooses one of those that are there', () => {
    const strategies = fc.constantFrom<Strategy>('weighted', 'priority', 'lowest_latency', 'lowest_cost');
    const some = fc.array(
      fc.record({
        weight: fc.nat(10),
        share: fc.double({ min: 0.01, max: 1, noNaN: true }),
        headroom: fc.double({ min: 0, max: 1, noNaN: true }),
        scoreMs: fc.double({ min: 0, max: 1e6, noNaN: true }),
        costMicros: fc.nat(5),
      }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(strategies, some, fc.nat(), (strategy, drawn, seed) => {
        const candidates = drawn.map((rest, at) => ({ id: `t${at}`, ...rest }));
        const id = choose(strategy, candidates, seededRandom(seed));
        expect(candidates.length === 0 ? id === undefined : candidates.some((one) => one.id === id)).toBe(true);
      }),
    );
  });
});

describe('stickyOrder', () => {
  const all = ['a', 'b', 'c', 'd'].map((id) => candidate(id));
  const sessions = Array.from({ length: 4000 }, (_, n) => `session-${n}`);

  it('spreads sessions by weight', () => {
    const weights = [candidate('a', { weight: 3 }), candidate('b')];
    const first = sessions.filter((session) => stickyOrder(session, weights)[0] === 'a').length;
    expect(first / sessions.length).toBeGreaterThan(0.7);
    expect(first / sessions.length).toBeLessThan(0.8);
  });

  it('moves only the sessions of a target that goes, each to its own next', () => {
    for (const session of sessions.slice(0, 500)) {
      const [home, next] = stickyOrder(session, all);
      const without = stickyOrder(
        session,
        all.filter(({ id }) => id !== 'b'),
      );
      expect(without[0]).toBe(home === 'b' ? next : home);
    }
  });
});
