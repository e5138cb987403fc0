import type { FaultClass, StateReason, TargetState } from '#libs/contracts';
import { gatedUntil } from '#libs/resilience';

/** What a target's state means for a call that may not use it now. */
export function shutBecause(state: TargetState, now: number): FaultClass {
  return state.phase === 'closed' && gatedUntil(state) > now ? 'rate_limited' : faultOfState(state.reason);
}

/**
 * What a shut target fails by, for those who would try the least bad; `undefined` of one that an operator took out: that
 * is no failing, and nobody's last resort.
 */
export function failingOf(state: TargetState, now: number): FaultClass | undefined {
  if (state.phase === 'drained') return undefined;
  return gatedUntil(state) > now ? 'rate_limited' : faultOfState(state.reason);
}

/** The fault that a state's reason stands for. */
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
