import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FaultClass } from '#libs/contracts';
import { seededRandom } from '#libs/kernel';
import { nextMove, type Move, type Situation } from './next-move.js';
import { NOW, shut, situation, tried, view } from './next-move.fixture.js';

const move = (given: Situation, seed = 1): Move => nextMove(given, NOW, seededRandom(seed));

/** A move in short: the target and how, or what else is done. */
function brief(made: Move): string {
  if (made.do === 'give_up') return 'give up';
  return `${made.target.id} ${made.mode}${made.again ? ' again' : ''}${made.afterMs > 0 ? ` after ${made.afterMs}` : ''}`;
}

describe('nextMove', () => {
  const a1 = view('a@1');
  const a2 = view('a@2');
  const b = view('b@1');

  it.each([
    ['the first tier', situation([[a1], [a2]]), 'a@1 usable'],
    [
      'the next channel of the model at once after a failure',
      situation([[a1], [a2]], { tries: { 'a@1': tried('hang') } }),
      'a@2 usable',
    ],
    ['what is usable of a tier', situation([[shut('a@1', 'hang', NOW + 9), a2]]), 'a@2 usable'],
    [
      'another model when no channel of the pinned one is usable',
      situation([[shut('a@1', 'hang', NOW + 9)], [b]]),
      'b@1 usable',
    ],
    ['a half-open target as a probe', situation([[view('a@1', { availability: 'probe' })], [a2]]), 'a@1 probe'],
    [
      'another of the model before one that has just failed',
      situation([[view('a@1', { suspect: true })], [a2]]),
      'a@2 usable',
    ],
    ['one that has just failed before another model', situation([[view('a@1', { suspect: true })], [b]]), 'a@1 usable'],
    ['nothing of an empty plan', situation([]), 'give up'],
    [
      'nothing when all is tried and silent',
      situation([[a1], [b]], { tries: { 'a@1': tried('hang'), 'b@1': tried('stall') } }),
      'give up',
    ],
    [
      'the failing target that is due back first when all are shut',
      situation([[shut('a@1', 'hang', NOW + 90_000)], [shut('b@1', 'overloaded', NOW + 80_000)]]),
      'b@1 last-resort',
    ],
    [
      'never as a last resort what is full or not ours',
      situation([
        [shut('a@1', 'rate_limited', NOW + 90_000, { stated: true })],
        [shut('b@1', 'bad_credential', NOW + 9)],
        [view('c@1', { availability: 'shut', until: Infinity })],
      ]),
      'give up',
    ],
    [
      'only a larger window after a context was too long',
      situation([[a1], [b, view('c@1', { contextWindow: 2000 })]], { tries: { 'a@1': tried('context_length') } }),
      'c@1 usable',
    ],
    [
      'nothing where no window is larger',
      situation([[a1], [b]], { tries: { 'a@1': tried('context_length') } }),
      'give up',
    ],
  ])('picks %s', (_name, given, expected) => expect(brief(move(given))).toBe(expected));

  describe('a transient fault', () => {
    const failed = { tries: { 'a@1': tried('provider_error') } };
    it('is tried again at the same target before another model, after a moment', () => {
      const made = move(situation([[a1], [b]], failed));
      expect(made).toMatchObject({ do: 'attempt', target: { id: 'a@1' }, again: true });
      expect(made.do === 'attempt' && made.afterMs).toBeGreaterThanOrEqual(25);
      expect(made.do === 'attempt' && made.afterMs).toBeLessThanOrEqual(50);
    });

    it.each([
      ['no retries are wanted', situation([[a1], [b]], { ...failed, conduct: { retries: 0 } }), 'b@1 usable'],
      [
        'it was tried again already',
        situation([[a1], [b]], { tries: { 'a@1': tried('provider_error', 2) } }),
        'b@1 usable',
      ],
      [
        'the target is shut by now',
        situation([[shut('a@1', 'provider_error', NOW + 9999)], [b]], failed),
        'b@1 usable',
      ],
      [
        'another channel of the model was asked as well',
        situation([[a1, a2], [b]], { tries: { 'a@1': tried('provider_error'), 'a@2': tried('provider_error') } }),
        'b@1 usable',
      ],
      ['it was a silence', situation([[a1], [b]], { tries: { 'a@1': tried('hang') } }), 'b@1 usable'],
    ])('is not when %s', (_name, given, expected) => expect(brief(move(given))).toBe(expected));
  });

  describe('patience', () => {
    const full = (until: number) => shut('a@1', 'rate_limited', until, { stated: true });
    it.each([
      [
        'waits for the pinned model before another answers',
        situation([[full(NOW + 2000)], [b]]),
        'a@1 usable after 2000',
      ],
      ['does not wait longer than it has', situation([[full(NOW + 3001)], [b]]), 'b@1 usable'],
      ['is not asked for where another channel has the model', situation([[full(NOW + 2000)], [a2]]), 'a@2 usable'],
      ['waits for no time that is our own guess', situation([[shut('a@1', 'hang', NOW + 100)], [b]]), 'b@1 usable'],
      [
        'honours what this very call was told',
        situation([[a1], [b]], { tries: { 'a@1': tried('overloaded', 1, NOW + 1500) } }),
        'a@1 usable again after 1500',
      ],
      [
        'is not for another model while that one can be had',
        situation([[view('a@1')], [shut('b@1', 'rate_limited', NOW + 9, { stated: true })]]),
        'a@1 usable',
      ],
      [
        'waits for any model when there is nothing else',
        situation([[a1], [shut('b@1', 'rate_limited', NOW + 900, { stated: true })]], {
          tries: { 'a@1': tried('hang') },
        }),
        'b@1 usable after 900',
      ],
    ])('%s', (_name, given, expected) => expect(brief(move(given))).toBe(expected));
  });

  it('gives a target that is on its way back only its share, where another has the model', () => {
    const returning = view('a@1', { share: 0.25 });
    const shareIn = (given: Situation): number => {
      const random = seededRandom(7);
      const picks = Array.from({ length: 4000 }, () => brief(nextMove(given, NOW, random)));
      return picks.filter((pick) => pick === 'a@1 usable').length / picks.length;
    };
    expect(shareIn(situation([[returning], [a2]]))).toBeCloseTo(0.25, 1);
    // Within its tier it is not reduced once more by the strategy.
    expect(shareIn(situation([[returning, a2]], { conduct: { strategy: 'priority' } }))).toBeCloseTo(0.25, 1);
    expect(shareIn(situation([[returning, a2]], { conduct: { strategy: 'weighted' } }))).toBeCloseTo(0.125, 1);
    const sessions = ['s1', 's2', 's3', 's4', 's5'].map((session) =>
      shareIn(situation([[returning, a2]], { session })),
    );
    expect(Math.max(...sessions)).toBeCloseTo(0.25, 1);
    expect(brief(move(situation([[view('a@1', { share: 0.05 })], [b]])))).toBe('a@1 usable');
  });

  const faults = fc.constantFrom<FaultClass>(
    'hang',
    'overloaded',
    'rate_limited',
    'money_gone',
    'provider_error',
    'context_length',
  );
  const targets = ['a@1', 'a@2', 'a@3', 'b@1', 'b@2', 'c@1'].map((id) =>
    fc
      .record({
        availability: fc.constantFrom('usable' as const, 'probe' as const, 'shut' as const, 'full' as const),
        until: fc.integer({ min: NOW + 1, max: NOW + 6000 }),
        stated: fc.boolean(),
        fault: faults,
        suspect: fc.boolean(),
        share: fc.constantFrom(0.05, 0.5, 1),
        contextWindow: fc.constantFrom(1000, 2000),
      })
      .map(({ availability, until, fault, ...rest }) =>
        availability === 'usable' || availability === 'probe'
          ? view(id, { ...rest, availability })
          : view(id, { ...rest, availability, until, fault, clean: false }),
      ),
  );
  const tries = fc.dictionary(
    fc.constantFrom('a@1', 'a@2', 'b@1', 'c@1'),
    fc.record({
      fault: faults,
      count: fc.integer({ min: 1, max: 3 }),
      notBefore: fc.constantFrom(0, NOW - 5, NOW + 1000),
    }),
    { noNullPrototype: true },
  );
  const situations = fc.tuple(fc.tuple(...targets), fc.nat(6), fc.nat(6), tries).map(([views, x, y, past]) => {
    const [from = 0, to = 0] = [x, y].toSorted((p, q) => p - q);
    const tiers = [views.slice(0, from), views.slice(from, to), views.slice(to)];
    return { ...situation(tiers, { tries: past }), pinned: 'a' };
  });

  it('keeps its rules under any circumstances', () => {
    fc.assert(
      fc.property(situations, fc.nat(), (given, seed) => {
        const made = move(given, seed);
        const all = given.tiers.flat();
        const small = all.filter(({ id }) => given.tries.get(id)?.fault === 'context_length');
        const floor = Math.max(0, ...small.map(({ contextWindow }) => contextWindow));
        const untried = all.filter(({ id, contextWindow }) => !given.tries.has(id) && contextWindow > floor);
        const free = untried.filter(({ availability }) => availability === 'usable');
        if (made.do === 'give_up') {
          expect(free).toEqual([]);
          return;
        }
        const { target, mode, again, afterMs } = made;
        const past = given.tries.get(target.id);
        expect(again).toBe(past !== undefined);
        // A shut target is called neither at once nor while a usable one of its model is free.
        if (afterMs === 0 && mode !== 'last-resort') expect(['usable', 'probe']).toContain(target.availability);
        if (mode === 'last-resort') expect(free).toEqual([]);
        if (past) expect(past.count).toBeLessThanOrEqual(given.conduct.retries + 1);
        if (target.model !== 'a' && afterMs === 0 && !again) {
          const pinned = free.filter((other) => other.model === 'a' && other.contextWindow >= target.contextWindow);
          const earlier = given.tiers.findIndex((tier) => tier.some(({ id }) => id === target.id));
          expect(
            pinned.filter(
              (other) =>
                given.tiers.findIndex((tier) => tier.includes(other)) < earlier && !other.suspect && other.share === 1,
            ),
          ).toEqual([]);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('comes to an end, whatever becomes of each attempt', () => {
    fc.assert(
      fc.property(situations, faults, fc.nat(), (given, fault, seed) => {
        const random = seededRandom(seed);
        const past = new Map(given.tries);
        let moves = 0;
        for (; moves < 50; moves += 1) {
          const made = nextMove({ ...given, tries: past }, NOW, random);
          if (made.do === 'give_up') break;
          past.set(made.target.id, tried(fault, (past.get(made.target.id)?.count ?? 0) + 1));
        }
        expect(moves).toBeLessThan(20);
      }),
    );
  });
});
