import type { HealthPolicy, TargetState } from '#libs/contracts';

const RAMP = [0.05, 0.1, 0.25, 0.5];

/** How much of its usual traffic a closed target may have now, above 0 and at most 1. */
export function shareOf(state: TargetState, now: number, policy: Pick<HealthPolicy, 'rampStepMs'>): number {
  return rampShare(state, now, policy.rampStepMs) * state.share;
}

/** When a target that was closed at `rampFrom` has its whole share again. */
export function rampEnd(state: TargetState, policy: Pick<HealthPolicy, 'rampStepMs'>): number {
  return state.rampFrom + RAMP.length * policy.rampStepMs;
}

function rampShare({ rampFrom }: TargetState, now: number, stepMs: number): number {
  if (stepMs === 0 || rampFrom === 0) return 1;
  return RAMP[Math.max(0, Math.floor((now - rampFrom) / stepMs))] ?? 1;
}
