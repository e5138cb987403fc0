import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Strategy } from '#libs/contracts';
import { seededRandom } from '#libs/kernel';
import type { StrategyCandidate } from './candidate.js';
import { stickyOrder } from './sticky-order.js';
import { choose } from './strategies.js';

function candidate(id: string, part: Partial<StrategyCandidate> = {}): StrategyCandidate {
  const same = { weight: 1, share: 1, headroom: 1, scoreMs: 100, inFlight: 0, costMicros: 10, demoted: false };
  return { id, ...same, ...part };
}

const DRAWS = 20_000;

/** What part of many choices each got, to a percent. */
function parts(strategy: Strategy, candidates: readonly StrategyCandidate[]): Record<string, number> {
  const random = seededRandom(5);
  const counts: Record<string, number> = {};
  for (let n = 0; n < DRAWS; n += 1) {
    const id = choose(strategy, candidates, random)?.id ?? 'none';
    counts[id] = (counts[id] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).map(([id, count]) => [id, Math.round((count / DRAWS) * 100)]));
}

function expectNear(actual: Record<string, number>, expected: Record<string, number>): void {
  expect(Object.keys(actual).toSorted()).toEqual(Object.keys(expected).toSorted());
  for (const [id, part] of Object.entries(expected)) expect(Math.abs((actual[id] ?? 0) - part)).toBeLessThanOrEqual(2);
}

const strategies = fc.constantFrom<Strategy>('weighted', 'priority', 'lowest_latency', 'lowest_cost');

describe('choose', () => {
  it.each<[Strategy, string, readonly StrategyCandidate[], Record<string, number>]>([
    ['weighted', 'by weight', [candidate('a', { weight: 3 }), candidate('b')], { a: 75, b: 25 }],
    ['weighted', 'less while it ramps', [candidate('a', { share: 0.05 }), candidate('b')], { a: 5, b: 95 }],
    ['weighted', 'less with a fuller quota', [candidate('a', { headroom: 0.25 }), candidate('b')], { a: 20, b: 80 }],
    [
      'weighted',
      'by weight where all quotas are full',
      [candidate('a', { headroom: 0, weight: 3 }), candidate('b', { headroom: 0 })],
      { a: 75, b: 25 },
    ],
    ['weighted', 'what weighs nothing, alone', [candidate('a', { weight: 0 })], { a: 100 }],
    ['priority', 'the first', [candidate('a'), candidate('b', { weight: 9 })], { a: 100 }],
    ['priority', 'the first for its share', [candidate('a', { share: 0.1 }), candidate('b')], { a: 10, b: 90 }],
    ['lowest_latency', 'the faster of two', [candidate('a', { scoreMs: 101 }), candidate('b')], { b: 100 }],
    ['lowest_latency', 'the less busy of equals', [candidate('a', { inFlight: 1 }), candidate('b')], { b: 100 }],
    [
      'lowest_latency',
      'the best of any two',
      [candidate('a', { scoreMs: 1 }), candidate('b', { scoreMs: 2 }), candidate('c', { scoreMs: 3 })],
      { a: 67, b: 33 },
    ],
    [
      'lowest_latency',
      'the fastest only for its share',
      [candidate('a', { scoreMs: 1, share: 0.25 }), candidate('b')],
      { a: 25, b: 75 },
    ],
    ['lowest_cost', 'the cheapest', [candidate('a', { costMicros: 9 }), candidate('b')], { a: 100 }],
    [
      'lowest_cost',
      'by weight among the cheapest',
      [candidate('a', { weight: 3 }), candidate('b'), candidate('c', { costMicros: 11 })],
      { a: 75, b: 25 },
    ],
    ['priority', 'no doubted one', [candidate('a', { demoted: true }), candidate('b')], { b: 100 }],
    ['priority', 'a doubted one, alone', [candidate('a', { demoted: true })], { a: 100 }],
    ['weighted', 'nothing of nothing', [], { none: 100 }],
  ])('%s takes %s', (strategy, _name, candidates, expected) => expectNear(parts(strategy, candidates), expected));

  it('always chooses a candidate, and no doubted one beside others', () => {
    const some = fc.record({
      weight: fc.nat(5),
      share: fc.double({ min: 0.01, max: 1, noNaN: true }),
      headroom: fc.double({ min: 0, max: 1, noNaN: true }),
      scoreMs: fc.nat(),
      costMicros: fc.nat(3),
      demoted: fc.boolean(),
    });
    fc.assert(
      fc.property(strategies, fc.array(some, { minLength: 1, maxLength: 6 }), fc.nat(), (strategy, given, seed) => {
        const candidates = given.map((part, index) => candidate(`t${index}`, part));
        const chosen = choose(strategy, candidates, seededRandom(seed));
        expect(candidates).toContain(chosen);
        if (candidates.some(({ demoted }) => !demoted)) expect(chosen?.demoted).toBe(false);
      }),
    );
  });
});

describe('stickyOrder', () => {
  const targets = ['a', 'b', 'c', 'd'].map((id) => candidate(id));
  const sessions = Array.from({ length: 5000 }, (_, n) => `session ${n}`);
  const first = (session: string, of = targets): string | undefined => stickyOrder(session, of)[0]?.id;

  it('keeps a session where it is, however the targets are listed', () => {
    for (const session of sessions.slice(0, 100))
      expect(stickyOrder(session, targets.toReversed())).toEqual(stickyOrder(session, targets));
  });

  it('spreads sessions by weight', () => {
    const weighty = [candidate('a', { weight: 3 }), candidate('b'), candidate('c', { weight: 0 })];
    const at = (id: string): number => sessions.filter((session) => first(session, weighty) === id).length / 5000;
    expect(Math.abs(at('a') - 0.75)).toBeLessThan(0.03);
    expect(at('c')).toBe(0);
  });

  it('moves only the sessions of a target that is gone, and spreads them', () => {
    const left = targets.slice(1);
    const moved = sessions.filter((session) => first(session) !== first(session, left));
    expect(moved.every((session) => first(session) === 'a')).toBe(true);
    for (const { id } of left)
      expect(moved.filter((session) => first(session, left) === id).length / moved.length).toBeGreaterThan(0.25);
  });
});
