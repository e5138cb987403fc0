import type { FaultClass, StateReason } from '#libs/contracts';

/** What a target's state means for a call that may not use it. */
export function faultOfState(reason: StateReason): FaultClass {
  switch (reason) {
    case 'none':
    case 'operator':
    case 'status_page':
      return 'provider_error';
    case 'added_latency':
      return 'slow_first_token';
    default:
      return reason;
  }
}
