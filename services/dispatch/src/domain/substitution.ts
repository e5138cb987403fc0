import type { Plan, TargetState } from '#libs/contracts';
import { availability } from '#libs/resilience';
import type { Failure } from './exhausted.js';
import { shutBecause } from './fault-of-state.js';

/**
 * Why the pinned model did not answer: its last attempt's fault, the state its targets were in, that policy left it none
 * (`not_lawful`), or that the route's own tiers and weights put another model first (`by_route`).
 */
export function substitutionReason(
  plan: Plan,
  modelOf: (target: string) => string | undefined,
  known: {
    readonly failures: readonly Failure[];
    readonly stateOf: (target: string) => TargetState;
    readonly now: number;
  },
): string {
  const pinned = plan.tiers.flat().filter((target) => modelOf(target) === plan.model);
  const failed = known.failures.filter((failure) => pinned.includes(failure.target)).at(-1);
  if (failed) return failed.fault;
  const shut = pinned
    .map((target) => known.stateOf(target))
    .find((state) => availability(state, known.now) !== 'usable');
  if (shut === undefined) return pinned.length === 0 ? 'not_lawful' : 'by_route';
  return shut.phase === 'closed' ? shutBecause(shut, known.now) : shut.reason;
}
