import type { LimitState, RateLimits } from '../rate-limits.js';

const ample: RateLimits = {
  requests: { limit: 10_000, remaining: 9999, resetMs: 6 },
  tokens: { limit: 2_000_000, remaining: 1_999_000, resetMs: 30 },
};

const usedUp: RateLimits = {
  requests: { limit: 10_000, remaining: 0, resetMs: 6000 },
  tokens: { limit: 2_000_000, remaining: 0, resetMs: 20_000 },
};

/** The vendor's rate-limit headers: of the quota in force, or what it would say of an ordinary account. */
export function openaiLimitHeaders(
  limits: RateLimits | undefined,
  exhausted: boolean,
): Readonly<Record<string, string>> {
  const { requests, tokens, retryMs } = limits ?? (exhausted ? usedUp : ample);
  return {
    ...headersOf('requests', requests),
    ...headersOf('tokens', tokens),
    ...(retryMs === undefined ? {} : { 'retry-after-ms': String(retryMs) }),
  };
}

function headersOf(name: string, { limit, remaining, resetMs }: LimitState): Readonly<Record<string, string>> {
  return {
    [`x-ratelimit-limit-${name}`]: String(limit),
    [`x-ratelimit-remaining-${name}`]: String(remaining),
    [`x-ratelimit-reset-${name}`]: goDuration(resetMs),
  };
}

/** As the vendor writes times: `6ms`, `1.5s`, `6m0s`. */
function goDuration(ms: number): string {
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = `${(ms % 60_000) / 1000}s`;
  return minutes === 0 ? seconds : `${minutes}m${seconds}`;
}
