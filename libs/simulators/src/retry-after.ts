import type { FaultParameters } from './faults/fault.js';
import type { RateLimits } from './rate-limits.js';

/** The headers that tell a refused caller when to come back; none where nothing is said. */
export function retryAfterHeaders(fault: FaultParameters, now: number): Readonly<Record<string, string>> {
  const { retryAfterSeconds: seconds, retryAfterForm: form = 'seconds', retryAfterText: text } = fault;
  if (text !== undefined) return { 'retry-after': text };
  if (seconds === undefined) return {};
  if (form === 'ms') return { 'retry-after-ms': String(seconds * 1000) };
  return { 'retry-after': form === 'date' ? new Date(now + seconds * 1000).toUTCString() : String(seconds) };
}

/** A quota knows by itself when there is room again. */
export function quotaRetrySeconds(limits: RateLimits | undefined): { readonly retryAfterSeconds?: number } {
  return limits?.retryMs === undefined ? {} : { retryAfterSeconds: Math.max(1, Math.ceil(limits.retryMs / 1000)) };
}
