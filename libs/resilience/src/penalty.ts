import type { FaultClass } from '#libs/contracts';

/**
 * What a fault says of its target's health.
 * `strike`: counts towards opening. `gate`: full or shut at once, whatever else was seen. `none`: not the target's fault.
 */
export const penalties = {
  rate_limited: 'gate',
  money_gone: 'gate',
  daily_quota: 'gate',
  bad_credential: 'gate',
  overloaded: 'strike',
  provider_error: 'strike',
  unreachable: 'strike',
  hang: 'strike',
  slow_first_token: 'strike',
  stall: 'strike',
  cut: 'strike',
  error_event: 'strike',
  wrong_output: 'strike',
  wrong_model: 'strike',
  client_error: 'none',
  context_length: 'none',
  refused: 'none',
  not_capable: 'none',
  cancelled: 'none',
  hedge_lost: 'none',
  dispatcher_lost: 'none',
} as const satisfies Record<FaultClass, 'strike' | 'gate' | 'none'>;
