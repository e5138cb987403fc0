import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FaultClass, HealthSignal, TargetState } from '#libs/contracts';
import { adopt, fold, hear, isSuspect, newBreaker, suspectUntil } from './breaker.js';
import { context, failure, policy, probe, run, signal, strikesAt, success } from './signals.fixture.js';
import { availability, drain } from './target-state.js';

describe('breaker', () => {
  it('opens at the third strike in a row, keeping the evidence', () => {
    expect(run([failure(1), failure(2)]).state.phase).toBe('closed');
    const { state } = run([failure(1), failure(2), failure(3, 'hang')]);
    expect(state).toMatchObject({ phase: 'open', since: 3, reason: 'hang', openings: 1, version: 1 });
    expect(state.evidence.map((seen) => seen.fault)).toEqual(['provider_error', 'provider_error', 'hang']);
    expect(state.until).toBeGreaterThanOrEqual(503);
    expect(state.until).toBeLessThanOrEqual(1003);
  });

  it('forgets strikes at a success', () => {
    expect(run([failure(1), failure(2), success(3), failure(4), failure(5)]).state.phase).toBe('closed');
  });

  it('counts successes that travel with a failure as before it', () => {
    const both = { ...failure(3), successes: 4 };
    expect(run([failure(1), failure(2), both, failure(4)]).state.phase).toBe('closed');
    expect(run([failure(1), failure(2), both, failure(4), failure(5)]).state.phase).toBe('open');
  });

  it('is probed after its time, closes on a good probe, stays open longer after a bad one', () => {
    const opened = run(strikesAt(3));
    expect(availability(opened.state, 100)).toBe('shut');
    expect(availability(opened.state, opened.state.until)).toBe('probe');
    const closed = run([probe(success(2000))], opened).state;
    expect(closed).toMatchObject({ phase: 'closed', since: 2000, rampFrom: 2000, openings: 1, reason: 'none' });
    const again = run([probe(failure(2000))], opened);
    expect(again.state).toMatchObject({ phase: 'open', openings: 2, since: 3 });
    expect(again.state.until).toBeGreaterThanOrEqual(3000);
  });

  it('is moved by no late news that was no probe', () => {
    const opened = run(strikesAt(3));
    expect(run([success(4), failure(5), failure(6)], opened).state).toBe(opened.state);
  });

  it('is not moved by a probe that says nothing of the target', () => {
    const opened = run(strikesAt(3));
    expect(run([probe(failure(2000, 'client_error'))], opened).state).toBe(opened.state);
  });

  it.each(['client_error', 'context_length', 'refused', 'not_capable', 'cancelled', 'dispatcher_lost'] as const)(
    'does not blame the target for %s',
    (fault) => {
      expect(run(Array.from({ length: 20 }, (_, at) => failure(at, fault))).state).toEqual(newBreaker('t').state);
    },
  );

  it('keeps an opening of its own that older news does not know of, and counts on in the same phase', () => {
    const struck = run([failure(1), failure(2)]);
    const news = run([failure(3, 'rate_limited', 9000)], newBreaker('t')).state;
    expect(run([failure(4)], adopt(news, struck)).state).toMatchObject({ phase: 'open', gates: { requests: 9003 } });
    const opened = run(strikesAt(5));
    expect(adopt(news, opened).state).toMatchObject({ phase: 'open', since: 5, gates: { requests: 9003 } });
    expect(adopt(news, opened).state.until).toBe(opened.state.until);
    expect(adopt(run([probe(success(3000))], opened).state, opened).state.phase).toBe('closed');
    expect(adopt(news)).toMatchObject({ state: news, strikes: 0 });
  });

  it('doubts a target for a quarter of a second after its last failure, until it succeeds', () => {
    expect(suspectUntil(run([]))).toBe(0);
    const struck = run([failure(100)]);
    expect([isSuspect(struck, 349), isSuspect(struck, 350)]).toEqual([true, false]);
    expect(isSuspect(run([success(101)], struck), 102)).toBe(false);
    expect(isSuspect(run([failure(100, 'rate_limited'), failure(100, 'cancelled')]), 101)).toBe(false);
  });

  it('doubts a target at once that failed elsewhere, but opens by what is known here alone', () => {
    const heard = Array.from({ length: 20 }, (_, n) => failure(100 + n)).reduce(
      (breaker, next) => hear(breaker, next, context),
      newBreaker('t'),
    );
    expect([heard.state.phase, heard.strikes]).toEqual(['closed', 0]);
    expect([isSuspect(heard, 368), isSuspect(heard, 369)]).toEqual([true, false]);
    expect(hear(heard, failure(130, 'client_error'), context)).toBe(heard);
    // One such answer is all the evidence that there will be.
    expect(hear(heard, failure(130, 'money_gone'), context).state.phase).toBe('open');
    expect(hear(heard, failure(130, 'rate_limited', 9000), context).state.gates).toEqual({ requests: 9130 });
  });

  it('demotes a target that became slow, never ejects it, and gives its share back', () => {
    const slow = signal(1, { latency: { recentMs: 3000, baselineMs: 800 } });
    const demoted = run([slow, { ...slow, at: 2 }]).state;
    expect(demoted).toMatchObject({ phase: 'closed', share: 0.1, reason: 'added_latency', version: 1 });
    const between = signal(3, { latency: { recentMs: 2000, baselineMs: 800 } });
    const normal = signal(4, { latency: { recentMs: 900, baselineMs: 800 } });
    expect(run([between]).state.share).toBe(1);
    expect(run([slow, between]).state.share).toBe(0.1);
    expect(run([slow, between, normal]).state).toMatchObject({ share: 1, reason: 'none', version: 2 });
    expect(run([signal(1, { latency: { recentMs: 900, baselineMs: 100 } })]).state.share).toBe(1);
    expect(run([slow, ...strikesAt(5), probe(success(9000))]).state).toMatchObject({ reason: 'added_latency' });
  });

  it('opens by the exact ratio of the window, as a list of all results would have it', () => {
    const slot = policy.windowMs / 10;
    const step = fc.record({
      gap: fc.oneof(fc.nat(500), fc.nat(3 * slot), fc.nat(2 * policy.windowMs)),
      ok: fc.nat(3),
    });
    const patient = { ...context, policy: { ...policy, consecutiveFailures: 100 } };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let at = 0;
        let breaker = newBreaker('t');
        const all: { readonly slot: number; readonly failed: boolean }[] = [];
        for (const { gap, ok } of steps) {
          at += gap;
          breaker = fold(breaker, ok === 0 ? failure(at) : success(at, ok), patient);
          const now = Math.floor(at / slot);
          all.push(...Array.from({ length: ok || 1 }, () => ({ slot: now, failed: ok === 0 })));
          const recent = all.filter((result) => result.slot > now - 10);
          const failures = recent.filter(({ failed }) => failed).length;
          const failing =
            ok === 0 && recent.length >= policy.minimumCalls && failures / recent.length >= policy.failureRatio;
          expect(breaker.state.phase).toBe(failing ? 'open' : 'closed');
          if (failing) return;
        }
      }),
      { numRuns: 500 },
    );
  });

  it('ignores failures while an operator has drained it', () => {
    const drained = adopt(drain(run([]).state, 1));
    expect(run([...strikesAt(2), probe(success(3)), failure(4, 'money_gone')], drained).state).toBe(drained.state);
  });

  it('keeps its invariants under any signals', () => {
    const faults = fc.constantFrom<FaultClass>('provider_error', 'rate_limited', 'client_error', 'hang', 'money_gone');
    const step = fc.record({
      gap: fc.nat(5000),
      fault: fc.option(faults),
      probed: fc.boolean(),
      retry: fc.option(fc.oneof(fc.nat(400_000), fc.constantFrom(-1, Number.NaN, Infinity))),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let at = 0;
        let breaker = newBreaker('t');
        for (const { gap, fault, probed, retry } of steps) {
          at += gap;
          const before = breaker.state;
          const next: HealthSignal = fault ? failure(at, fault, retry ?? undefined) : success(at);
          breaker = fold(breaker, { ...next, probe: probed }, context);
          expectLawful(before, breaker.state, { at, probed, fault });
        }
      }),
    );
  });
});

interface Step {
  readonly at: number;
  readonly probed: boolean;
  readonly fault: FaultClass | null;
}

function expectLawful(before: TargetState, state: TargetState, { at, probed, fault }: Step): void {
  expect(state.version - before.version).toBe(state === before ? 0 : 1);
  expect(state.evidence.length).toBeLessThanOrEqual(5);
  if (fault === 'rate_limited') expect([before.phase, before.openings]).toEqual([state.phase, state.openings]);
  if (state.phase === 'closed') {
    if (before.phase === 'open') expect(probed && !fault).toBe(true);
    return;
  }
  expect(state.until).toBeLessThanOrEqual(Math.max(before.until, at + 300_000));
  if (before.phase === 'closed') expect(state.until).toBeGreaterThan(at);
  else if (!probed) expect(state.until).toBeGreaterThanOrEqual(before.until);
}
