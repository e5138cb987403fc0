import type { Conduct, FaultClass } from '#libs/contracts';
import { isCallers } from './fault-traits.js';

export interface Ended {
  readonly outcome: 'ok' | 'failed' | 'cancelled';
  readonly fault?: FaultClass;
  /** The caller has received content of this attempt. */
  readonly committed: boolean;
}

/**
 * What follows an attempt. `answer`: the caller gets it. `reject`: the provider refused the request itself, the caller
 * gets that. `interrupt`: content was delivered, so only an explicit error, or more of the same answer, may follow.
 * `move_on`: the next move.
 */
export type Step = 'answer' | 'reject' | 'interrupt' | 'abandon' | 'move_on';

export function nextStep(ended: Ended, { fallbackOn }: Pick<Conduct, 'fallbackOn'>): Step {
  if (ended.outcome === 'ok') return 'answer';
  if (ended.outcome === 'cancelled' && ended.fault !== 'hedge_lost') return 'abandon';
  // The caller holds content of this target: a second answer would be spliced onto the first.
  if (ended.committed) return 'interrupt';
  const { fault } = ended;
  if (fault === undefined || !isCallers(fault)) return 'move_on';
  // A larger window may take it; the next move knows whether there is one.
  if (fault === 'context_length') return 'move_on';
  // Another provider would refuse it too, bill twice, and hide the caller's mistake.
  return fallbackOn.includes(fault === 'refused' ? 'refused' : 'client_error') ? 'move_on' : 'reject';
}
