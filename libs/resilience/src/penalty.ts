import type { FaultClass } from '#libs/contracts';

/**
 * What a fault says of its target's health.
 * `strike`: counts towards opening. `gate`: one limit is full for a while, the target is well. `quota`: the account or
 * credential does not work, so it opens at once. `none`: not the target's fault.
 */
export type Penalty = 'strike' | 'gate' | 'quota' | 'none';

export const penalties = {
  rate_limited: 'gate',
  money_gone: 'quota',
  daily_quota: 'quota',
  bad_credential: 'quota',
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
} as const satisfies Record<FaultClass, Penalty>;
