import type { CallContext } from '../dialect.js';
import type { LimitState, RateLimits } from '../rate-limits.js';

const ample = { requests: 4000, 'input-tokens': 2_000_000, 'output-tokens': 400_000, tokens: 2_400_000 };

/** The vendor's rate-limit headers: of the quota in force, or what it would say of an ordinary account. */
export function anthropicLimitHeaders(
  { limits, startedAt }: Pick<CallContext, 'limits' | 'startedAt'>,
  exhausted: boolean,
): Readonly<Record<string, string>> {
  const states = limits === undefined ? ordinary(exhausted) : limitedBy(limits);
  return Object.fromEntries(Object.entries(states).flatMap(([name, state]) => headersOf(name, state, startedAt)));
}

function ordinary(exhausted: boolean): Readonly<Record<string, LimitState>> {
  const stateOf = (limit: number): LimitState =>
    exhausted ? { limit, remaining: 0, resetMs: 20_000 } : { limit, remaining: limit - 1, resetMs: 0 };
  return Object.fromEntries(Object.entries(ample).map(([name, limit]) => [name, stateOf(limit)]));
}

/** The quota counts prompt and answer together; the vendor's combined limit and both of its parts say the same. */
function limitedBy({ requests, tokens }: RateLimits): Readonly<Record<string, LimitState>> {
  return { requests, 'input-tokens': tokens, 'output-tokens': tokens, tokens };
}

function headersOf(name: string, state: LimitState, now: number): readonly (readonly [string, string])[] {
  return [
    [`anthropic-ratelimit-${name}-limit`, String(state.limit)],
    [`anthropic-ratelimit-${name}-remaining`, String(state.remaining)],
    [`anthropic-ratelimit-${name}-reset`, wholeSecond(now + state.resetMs)],
  ];
}

/** The vendor tells whole seconds; rounded up, so that there is room when it says so. */
function wholeSecond(time: number): string {
  return new Date(Math.ceil(time / 1000) * 1000).toISOString().replace(/\.\d+Z$/, 'Z');
}
