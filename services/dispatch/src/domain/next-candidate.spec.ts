import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FaultClass, TargetState } from '#libs/contracts';
import { seededRandom } from '#libs/kernel';
import { availability, closedState, drain, penalties } from '#libs/resilience';
import { faultOfState } from './fault-of-state.js';
import { nextCandidate, type Candidate, type Outlook } from './next-candidate.js';
import { shut } from './targets.fixture.js';

const NOW = 1000;

function outlook(changes: {
  readonly tiers: Outlook['tiers'];
  readonly tried?: readonly string[];
  readonly states?: readonly TargetState[];
  readonly weights?: Readonly<Record<string, number>>;
}): Outlook {
  const states = new Map(changes.states?.map((state) => [state.target, state]));
  return {
    tiers: changes.tiers,
    tried: new Set(changes.tried),
    stateOf: (id) => states.get(id) ?? closedState(id),
    weightOf: (id) => changes.weights?.[id] ?? 1,
  };
}

const next = (given: Outlook): Candidate | undefined => nextCandidate(given, NOW, seededRandom(1));

describe('nextCandidate', () => {
  const tiers = [['a', 'b'], ['c']];
  it.each([
    ['the first tier', outlook({ tiers: [['a'], ['b']] }), { id: 'a', mode: 'usable' }],
    ['the second tier once the first is tried', outlook({ tiers, tried: ['a', 'b'] }), { id: 'c', mode: 'usable' }],
    ['what is usable in a tier', outlook({ tiers, states: [shut('a', 'hang', NOW + 1)] }), { id: 'b', mode: 'usable' }],
    [
      'the second tier while the first is shut',
      outlook({ tiers, states: [shut('a', 'hang', NOW + 1), shut('b', 'rate_limited', NOW + 1)] }),
      { id: 'c', mode: 'usable' },
    ],
    [
      'a target whose time is up, as a probe',
      outlook({ tiers: [['a'], ['b']], states: [shut('a', 'hang', NOW)] }),
      { id: 'a', mode: 'probe' },
    ],
    ['nothing of an empty plan', outlook({ tiers: [] }), undefined],
    ['nothing of empty tiers', outlook({ tiers: [[], []] }), undefined],
    ['nothing when all is tried', outlook({ tiers, tried: ['a', 'b', 'c'] }), undefined],
    [
      'the one that is due back first, of any tier, when all are shut',
      outlook({ tiers, states: [shut('a', 'hang', 9000), shut('b', 'cut', 8000), shut('c', 'stall', 7000)] }),
      { id: 'c', mode: 'last-resort' },
    ],
    [
      'never as a last resort what is full or not ours',
      outlook({
        tiers,
        states: [shut('a', 'rate_limited', 2000), shut('b', 'bad_credential', 2000), shut('c', 'money_gone', 2000)],
      }),
      undefined,
    ],
    [
      'never as a last resort what an operator drained or what is full besides failing',
      outlook({
        tiers: [['a'], ['b']],
        states: [drain(closedState('a'), 1), { ...shut('b', 'hang', 9000), gates: { requests: 9000 } }],
      }),
      undefined,
    ],
    [
      'the failing before the full as a last resort',
      outlook({
        tiers,
        states: [shut('a', 'rate_limited', 2000), shut('b', 'overloaded', 5000), shut('c', 'money_gone', 2000)],
      }),
      { id: 'b', mode: 'last-resort' },
    ],
    [
      'what has a weight of nought, when there is nothing else',
      outlook({ tiers: [['a']], weights: { a: 0 } }),
      { id: 'a', mode: 'usable' },
    ],
  ] as const)('picks %s', (_name, given, expected) => expect(next(given)).toEqual(expected));

  it('shares calls within a tier by weight, to each its part', () => {
    const weights = { a: 5, b: 3, c: 2, d: 0 };
    const random = seededRandom(42);
    const counts = new Map<string, number>();
    const draws = 20_000;
    for (let n = 0; n < draws; n += 1) {
      const picked = nextCandidate(outlook({ tiers: [['d', 'a', 'b', 'c']], weights }), NOW, random);
      counts.set(picked?.id ?? '', (counts.get(picked?.id ?? '') ?? 0) + 1);
    }
    // Six standard deviations of the largest part.
    const tolerance = 6 * Math.sqrt(draws * 0.25);
    for (const [id, weight] of Object.entries(weights)) {
      expect(Math.abs((counts.get(id) ?? 0) - (draws * weight) / 10)).toBeLessThan(tolerance);
    }
    expect(counts.get('d')).toBeUndefined();
  });

  const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
  const faults = fc.constantFrom<FaultClass>('hang', 'overloaded', 'rate_limited', 'money_gone', 'bad_credential');
  const outlooks = fc
    .record({
      cuts: fc.tuple(fc.nat(6), fc.nat(6)),
      tried: fc.subarray(ids),
      shut: fc.array(fc.tuple(fc.constantFrom(...ids), faults, fc.integer({ min: 0, max: 2 * NOW })), { maxLength: 8 }),
      weights: fc.dictionary(fc.constantFrom(...ids), fc.nat(10), { noNullPrototype: true }),
    })
    .map(({ cuts, tried, shut: out, weights }) => {
      const [from, to] = cuts.toSorted((x, y) => x - y);
      const tiers = [ids.slice(0, from), ids.slice(from, to), ids.slice(to)];
      return outlook({ tiers, tried, weights, states: out.map(([id, fault, until]) => shut(id, fault, until)) });
    });

  it('keeps its rules under any circumstances', () => {
    fc.assert(
      fc.property(outlooks, fc.nat(), (given, seed) => {
        const picked = nextCandidate(given, NOW, seededRandom(seed));
        const left = given.tiers.map((tier) => tier.filter((id) => !given.tried.has(id)));
        const usable = left.map((tier) => tier.filter((id) => availability(given.stateOf(id), NOW) !== 'shut'));
        const first = usable.find((tier) => tier.length > 0);
        if (first) {
          // Never a lower tier, never one that was tried, never one that is shut.
          expect(first).toContain(picked?.id);
          expect(picked?.mode).toBe(availability(given.stateOf(picked?.id ?? ''), NOW));
          return;
        }
        const failing = left
          .flat()
          .map((id) => given.stateOf(id))
          .filter(({ reason }) => reason !== 'none' && penalties[faultOfState(reason)] === 'strike');
        expect(picked === undefined).toBe(failing.length === 0);
        if (picked) {
          expect(picked.mode).toBe('last-resort');
          expect(given.stateOf(picked.id).until).toBe(Math.min(...failing.map(({ until }) => until)));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('comes to an end: each target once, and no other', () => {
    fc.assert(
      fc.property(outlooks, fc.nat(), (given, seed) => {
        const random = seededRandom(seed);
        const tried = new Set(given.tried);
        const order: string[] = [];
        for (let n = 0; n <= ids.length; n += 1) {
          const picked = nextCandidate({ ...given, tried }, NOW, random);
          if (!picked) break;
          expect(tried.has(picked.id)).toBe(false);
          tried.add(picked.id);
          order.push(picked.id);
        }
        expect(order.length).toBeLessThanOrEqual(ids.length - given.tried.size);
        expect(given.tiers.flat()).toEqual(expect.arrayContaining(order));
      }),
    );
  });
});
