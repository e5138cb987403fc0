import type { HealthPolicy, ProbeReason, TargetState } from '#libs/contracts';
import { availability } from '#libs/resilience';

/** When a target was last heard of; epoch milliseconds, 0 for never. */
export interface Activity {
  /** Any call to it that was reported. */
  readonly heardAt: number;
  /** The last probe that was reported, real or ours. */
  readonly probedAt: number;
  /** The last time a synthetic one was asked for. */
  readonly askedAt: number;
}

/**
 * Why a target needs a synthetic probe now, if it does: real calls prove a target better and cost nothing more, so one
 * is made only where none comes.
 */
export function probeDue(
  state: TargetState,
  activity: Activity,
  policy: HealthPolicy,
  now: number,
): ProbeReason | undefined {
  // Before its time, gated by its quota, or out by an operator's will: nothing is to be found out.
  if (availability(state, now) === 'shut') return undefined;
  const { heardAt, probedAt, askedAt } = activity;
  if (state.phase === 'open') {
    const waiting = now - Math.max(state.until, probedAt, askedAt);
    return policy.probeOpenMs > 0 && waiting >= policy.probeOpenMs ? 'open' : undefined;
  }
  if (state.outage && Math.max(probedAt, askedAt) < state.outage.at) return 'outage';
  const idle = now - Math.max(heardAt, askedAt);
  return policy.probeIdleMs > 0 && idle >= policy.probeIdleMs ? 'idle' : undefined;
}
