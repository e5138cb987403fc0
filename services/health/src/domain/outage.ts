import type { HealthPolicy, Outage, TargetState } from '#libs/contracts';

/** The same state with what the vendor's status page reports now. */
export function withOutage({ outage: _before, ...state }: TargetState, outage: Outage | undefined): TargetState {
  return outage === undefined ? state : { ...state, outage };
}

/** Where the vendor itself reports an outage, the first strike is believed. */
export function policyDuring(outage: Outage | undefined, policy: HealthPolicy): HealthPolicy {
  return outage === undefined ? policy : { ...policy, consecutiveFailures: 1 };
}
