import type { Random } from '#libs/kernel';
import type { StrategyCandidate } from './candidate.js';
import { takingPart } from './taking-part.js';
import { weighted } from './weighted.js';

/** The cheapest; by weight among equally cheap ones. */
export function lowestCost<C extends StrategyCandidate>(candidates: readonly [C, ...C[]], random: Random): C {
  const pool = takingPart(candidates, random);
  const least = Math.min(...pool.map(({ costMicros }) => costMicros));
  const [first, ...others] = pool.filter(({ costMicros }) => costMicros === least);
  return first === undefined ? pool[0] : weighted([first, ...others], random);
}
