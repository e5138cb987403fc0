import type { Plan, TargetState } from '#libs/contracts';
import type { Failure } from './exhausted.js';

/**
 * Why the pinned model did not answer: its last attempt's fault, the state its targets were in, that policy left it none
 * (`not_lawful`), or that the route's own tiers and weights put another model first (`by_route`).
 */
export function substitutionReason(
  plan: Plan,
  modelOf: (target: string) => string | undefined,
  known: { readonly failures: readonly Failure[]; readonly stateOf: (target: string) => TargetState },
): string {
  const pinned = plan.tiers.flat().filter((target) => modelOf(target) === plan.model);
  const failed = known.failures.filter((failure) => pinned.includes(failure.target)).at(-1);
  if (failed) return failed.fault;
  const shut = pinned.map((target) => known.stateOf(target)).find((state) => state.phase === 'open');
  if (shut) return shut.reason;
  return pinned.length === 0 ? 'not_lawful' : 'by_route';
}
