import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '#libs/kernel';
import type { FaultClass } from '#libs/contracts';
import { newBreaker } from './breaker.js';
import { context, failure, policy, probe, run, strikesAt, success } from './signals.fixture.js';
import { availability } from './target-state.js';

describe('how long a target stays open', () => {
  const opened = run(strikesAt(0));

  it('takes the Retry-After as a floor, clamps what is too long and ignores what is absurd', () => {
    const until = (retryAfterMs: number): number =>
      run([failure(0), failure(0), failure(0, 'overloaded', retryAfterMs)]).state.until;
    expect(until(20_000)).toBe(20_000);
    expect(until(1e12)).toBe(300_000);
    for (const absurd of [-5, Number.NaN, 1]) expect(until(absurd)).toBeLessThanOrEqual(1000);
  });

  it('moves only later within one open period, except by the word of a later probe', () => {
    const later = run([failure(10, 'overloaded', 60_000), failure(11, 'overloaded', 2000)], opened);
    expect(later.state.until).toBe(60_010);
    expect(later.state).toMatchObject({ openings: 1, since: 0 });
    expect(run([probe(failure(12, 'overloaded', 2000))], later).state.until).toBe(2012);
    expect(run([probe(failure(12, 'overloaded'))], later).state.until).toBe(60_010);
  });

  it.each<[FaultClass, number | undefined, number]>([
    ['money_gone', undefined, 8000],
    ['bad_credential', undefined, 8000],
    ['daily_quota', 3_600_000, 3_600_000],
    ['daily_quota', undefined, 8000],
    ['daily_quota', 1e12, 86_400_000],
  ])('opens at once on %s (%p said) for %p ms', (fault, said, until) => {
    expect(run([failure(0, fault, said)]).state).toMatchObject({ phase: 'open', reason: fault, until, openings: 1 });
    // The calls that were under way say it again.
    expect(run([failure(0, fault, said), failure(1, fault, said)]).state.version).toBe(1);
  });

  it('doubles the back-off with each failed probe, between half and the whole of it, up to the longest', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 12 }), (seed, probes) => {
        const within = { policy, random: seededRandom(seed) };
        let { state } = run(strikesAt(0), newBreaker('t'), within);
        for (let n = 1; n <= probes; n += 1) {
          const whole = Math.min(policy.maxOpenMs, policy.openMs * 2 ** n);
          const at = state.until;
          ({ state } = run([probe(failure(at))], { ...opened, state }, within));
          expect(state.openings).toBe(n + 1);
          expect(state.until - at).toBeGreaterThanOrEqual(whole / 2);
          expect(state.until - at).toBeLessThanOrEqual(whole);
        }
      }),
    );
  });

  it('goes on from the last back-off where the target failed again soon, and starts anew after a long time', () => {
    const closed = run([probe(success(1000))], opened);
    expect(run(strikesAt(2000), closed).state).toMatchObject({ phase: 'open', openings: 2 });
    expect(run(strikesAt(121_000), closed).state).toMatchObject({ phase: 'open', openings: 1 });
  });

  it('pays for flapping: the first closing is on credit, and every later change a minute on average', () => {
    const closed = run([probe(success(1000))], opened);
    const again = run(strikesAt(2000), closed).state;
    expect(again.until).toBe(300_000);
    expect(availability(again, 299_999)).toBe('shut');
    const third = run([probe(success(300_000)), ...strikesAt(300_001)], { ...closed, state: again }).state;
    expect(third.until).toBe(420_000);
    const late = run([probe(success(420_000)), ...strikesAt(500_000)], { ...closed, state: third }).state;
    expect(late.until).toBe(540_000);
    const calm = run([probe(success(420_000)), ...strikesAt(540_000)], { ...closed, state: third }).state;
    expect(calm.until).toBeLessThanOrEqual(548_000);
  });

  it('lets no probe return before flapping is paid for', () => {
    const again = run([probe(success(1000)), ...strikesAt(2000)], opened);
    expect(run([probe(failure(3000, 'overloaded', 10))], again).state.until).toBe(300_000);
    expect(run([probe(failure(3000, 'rate_limited', 10))], again).state.until).toBe(300_000);
    // A dispatcher that had not heard of it.
    expect(run([probe(success(3000))], again).state).toBe(again.state);
  });

  it('changes at most once a minute from its first opening on, but for three changes at first, however it fails', () => {
    const step = fc.record({ gap: fc.oneof(fc.nat(2000), fc.nat(90_000)), works: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 400 }), (steps) => {
        let at = 0;
        let breaker = newBreaker('t');
        const changes: number[] = [];
        for (const { gap, works } of steps) {
          at += gap;
          const { phase } = breaker.state;
          const probing = availability(breaker.state, at) === 'probe';
          if (phase === 'open' && !probing) at = breaker.state.until;
          const after = works ? [success(at)] : strikesAt(at);
          breaker = run(phase === 'open' ? after.slice(0, 1).map(probe) : after, breaker, context);
          if (breaker.state.phase !== phase) changes.push(at);
        }
        const [first = 0] = changes;
        for (const [index, change] of changes.entries())
          expect(index + 1).toBeLessThanOrEqual(Math.max(3, (change - first) / 60_000));
        for (const [index, from] of changes.entries())
          expect(changes.slice(index).filter((change) => change <= from + 600_000).length).toBeLessThanOrEqual(12);
      }),
      { numRuns: 200 },
    );
  });
});
