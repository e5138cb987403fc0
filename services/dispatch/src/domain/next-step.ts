import type { FaultClass } from '#libs/contracts';

export interface Ended {
  readonly outcome: 'ok' | 'failed' | 'cancelled';
  readonly fault?: FaultClass;
  /** The caller has received content of this attempt. */
  readonly committed: boolean;
}

/**
 * What follows an attempt. `answer`: the caller gets it. `reject`: the provider refused the request itself, the caller
 * gets that. `interrupt`: content was delivered, so only an explicit error may follow. `move_on`: the next target.
 */
export type Step = 'answer' | 'reject' | 'interrupt' | 'abandon' | 'move_on';

export function nextStep(ended: Ended): Step {
  if (ended.outcome === 'ok') return 'answer';
  if (ended.outcome === 'cancelled') return 'abandon';
  // The caller holds content of this target: a second answer would be spliced onto the first.
  if (ended.committed) return 'interrupt';
  // Another provider would refuse it too, bill twice, and hide the caller's mistake.
  const { fault } = ended;
  return fault === 'client_error' || fault === 'context_length' || fault === 'refused' ? 'reject' : 'move_on';
}
