/** A provider's Retry-After beyond this is not believed. */
const MAX_HINT_MS = 300_000;

/** A Retry-After as it may be followed; what is no sensible time is as if unsaid. */
export function hintMs(retryAfterMs: number | undefined): number | undefined {
  if (retryAfterMs === undefined || !Number.isFinite(retryAfterMs) || retryAfterMs < 0) return undefined;
  return Math.min(retryAfterMs, MAX_HINT_MS);
}
