import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultHealthPolicy, type FaultClass, type HealthSignal } from '#libs/contracts';
import { seededRandom } from '#libs/kernel';
import { availability, fold, newBreaker, type Breaker } from './breaker.js';

const policy = { ...defaultHealthPolicy, openMs: 1000, maxOpenMs: 8000 };
const context = { policy, random: seededRandom(1) };

function signal(at: number, part: Partial<HealthSignal> = {}): HealthSignal {
  return { dispatcher: 'd1', target: 't', at, successes: 0, probe: false, ...part };
}
const failure = (at: number, fault: FaultClass = 'provider_error', retryAfterMs?: number): HealthSignal =>
  signal(at, { failure: { fault, requestId: 'r', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) } });
const success = (at: number, probe = false): HealthSignal => signal(at, { successes: 1, probe });

const run = (signals: readonly HealthSignal[], from: Breaker = newBreaker('t')): Breaker =>
  signals.reduce((breaker, next) => fold(breaker, next, context), from);

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

  it('is probed after its time, closes on a good probe, stays open longer after a bad one', () => {
    const opened = run([failure(1), failure(2), failure(3)]);
    expect(availability(opened.state, 100)).toBe('shut');
    expect(availability(opened.state, opened.state.until)).toBe('probe');
    expect(run([success(2000, true)], opened).state).toMatchObject({ phase: 'closed', openings: 0 });
    const again = run([{ ...failure(2000), probe: true }], opened);
    expect(again.state).toMatchObject({ phase: 'open', openings: 2, since: 3 });
    expect(again.state.until).toBeGreaterThanOrEqual(3000);
  });

  it('is not closed by a late success that was no probe', () => {
    const opened = run([failure(1), failure(2), failure(3)]);
    expect(run([success(4)], opened).state.phase).toBe('open');
  });

  it('shuts at once on a full quota until the provider said, and clamps what is absurd', () => {
    expect(run([failure(0, 'rate_limited', 2000)]).state).toMatchObject({ phase: 'open', until: 2000, openings: 0 });
    expect(run([failure(0, 'rate_limited', 1e12)]).state.until).toBe(300_000);
    expect(run([failure(0, 'bad_credential')]).state.phase).toBe('open');
  });

  it.each(['client_error', 'not_capable', 'cancelled', 'dispatcher_lost'] as const)(
    'does not blame the target for %s',
    (fault) => {
      expect(run(Array.from({ length: 20 }, (_, at) => failure(at, fault))).state.phase).toBe('closed');
    },
  );

  it('keeps its invariants under any signals', () => {
    const faults = fc.constantFrom<FaultClass>('provider_error', 'rate_limited', 'client_error', 'hang', 'money_gone');
    const step = fc.record({
      gap: fc.nat(5000),
      fault: fc.option(faults),
      probe: fc.boolean(),
      retry: fc.option(fc.nat(400_000)),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let at = 0;
        let breaker = newBreaker('t');
        for (const { gap, fault, probe, retry } of steps) {
          at += gap;
          const before = breaker.state;
          breaker = fold(
            breaker,
            { ...(fault ? failure(at, fault, retry ?? undefined) : success(at)), probe },
            context,
          );
          const { state } = breaker;
          expect(state.version - before.version).toBe(state === before ? 0 : 1);
          if (state.phase === 'open') expect(state.until).toBeLessThanOrEqual(Math.max(before.until, at + 300_000));
          if (before.phase === 'open' && state.phase === 'closed') expect(probe).toBe(true);
          if (state.phase === 'open' && before.phase === 'open')
            expect(state.until).toBeGreaterThanOrEqual(before.until);
        }
      }),
    );
  });
});
