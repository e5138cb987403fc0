import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FaultClass } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import { exhausted, type Failure } from './exhausted.js';

const failure = (fault: FaultClass, changes: Partial<Failure> = {}): Failure => ({
  target: 'a',
  fault,
  tried: true,
  ...changes,
});
const inexpressible = (target = 'x'): Failure => ({
  target,
  fault: 'not_capable',
  tried: false,
  error: new GatewayError('unsupported_parameter', 'logprobs cannot be had here', { field: 'logprobs' }),
});

describe('exhausted', () => {
  it.each([
    ['all quotas are full', ['rate_limited', 'money_gone'], 'targets_rate_limited', 429],
    ['all were late', ['hang', 'slow_first_token'], 'targets_timed_out', 504],
    ['all failed', ['provider_error', 'overloaded'], 'targets_exhausted', 503],
    ['some were full and some failed', ['rate_limited', 'unreachable'], 'targets_exhausted', 503],
    ['some were late and some were full', ['hang', 'rate_limited'], 'targets_exhausted', 503],
    ['no channel has a credential', ['bad_credential'], 'targets_exhausted', 503],
    ['there was nothing to try', [], 'targets_exhausted', 503],
  ] as const)('names the case where %s', (_name, faults, code, status) => {
    expect(exhausted(faults.map((fault) => failure(fault)))).toMatchObject({ code, status });
  });

  it('says what each target did and how many were called', () => {
    const error = exhausted([
      failure('hang', { target: 'gpt-5@a' }),
      failure('rate_limited', { target: 'gpt-5@b', tried: false }),
    ]);
    expect(error.message).toBe('no target answered (1 tried; gpt-5@a: hang, gpt-5@b: rate_limited); try again later');
  });

  it('blames the request only where no target could express it', () => {
    expect(exhausted([inexpressible(), inexpressible('y')])).toMatchObject({
      code: 'unsupported_parameter',
      field: 'logprobs',
    });
    const error = exhausted([inexpressible(), failure('hang')]);
    expect(error.code).toBe('targets_timed_out');
    expect(error.message).not.toContain('x: not_capable');
  });

  it.each([
    ['the soonest return of any target', [9000, 4000, 70_000], 4000],
    ['a second at the least', [0], 1000],
    ['a minute at the most', [300_000, 120_000], 60_000],
    ['a minute where nobody knows', [undefined], 60_000],
  ] as const)('tells the caller to come back after %s', (_name, waits, expected) => {
    const failures = waits.map((retryAfterMs) =>
      failure('overloaded', retryAfterMs === undefined ? {} : { retryAfterMs }),
    );
    expect(exhausted(failures).retryAfterMs).toBe(expected);
  });

  it('always gives a time to come back that an SDK will wait', () => {
    const failures = fc.array(
      fc.record({ fault: fc.constantFrom<FaultClass>('hang', 'rate_limited', 'cut'), retryAfterMs: fc.nat(1e9) }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(failures, (given) => {
        const { retryAfterMs } = exhausted(given.map(({ fault, ...rest }) => failure(fault, rest)));
        expect(retryAfterMs).toBeGreaterThanOrEqual(1000);
        expect(retryAfterMs).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});
