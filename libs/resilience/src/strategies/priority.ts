import type { Random } from '#libs/kernel';
import type { StrategyCandidate } from './candidate.js';
import { takingPart } from './taking-part.js';

/** The first as listed that takes part. */
export function priority<C extends StrategyCandidate>(candidates: readonly [C, ...C[]], random: Random): C {
  return takingPart(candidates, random)[0];
}
