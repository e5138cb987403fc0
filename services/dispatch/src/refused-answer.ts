import type { Conduct } from '#libs/contracts';
import type { AttemptResult } from './attempt-result.js';

/**
 * An answer that only says no counts as a refusal where its route would rather ask the next target, and the caller has
 * nothing of it yet. What was given stays with it: if nobody answers better, it is the answer.
 */
export function refusedAnswer(result: AttemptResult, { fallbackOn }: Pick<Conduct, 'fallbackOn'>): AttemptResult {
  const refused = result.outcome === 'ok' && result.report?.refused === true;
  if (!refused || result.committed || !fallbackOn.includes('refused')) return result;
  return { ...result, outcome: 'failed', fault: 'refused' };
}

/** Whether an attempt that failed has a whole answer all the same: the model's own no. */
export const isRefusedAnswer = ({ outcome, fault, bytes }: AttemptResult): boolean =>
  outcome === 'failed' && fault === 'refused' && bytes !== undefined;
