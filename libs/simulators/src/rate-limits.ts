/** What is left of one limit, and when all of it will be there again. */
export interface LimitState {
  readonly limit: number;
  readonly remaining: number;
  readonly resetMs: number;
}

/** A key's limits for a model, as rate-limit headers tell them. */
export interface RateLimits {
  readonly requests: LimitState;
  readonly tokens: LimitState;
  /** Present when the call exceeds a limit: until it would not. */
  readonly retryMs?: number;
}
