import type { Random } from '#libs/kernel';
import type { StrategyCandidate } from './candidate.js';
import { takingPart } from './taking-part.js';

/** The better of two drawn: as good as the best of all, without everybody rushing to it. */
export function lowestLatency<C extends StrategyCandidate>(candidates: readonly [C, ...C[]], random: Random): C {
  const pool = takingPart(candidates, random);
  const one = Math.floor(random() * pool.length);
  // Another than the first drawn, each as likely.
  const other = (one + 1 + Math.floor(random() * (pool.length - 1))) % pool.length;
  const [a, b] = [pool[one] ?? pool[0], pool[other] ?? pool[0]];
  if (a.scoreMs === b.scoreMs) return a.inFlight <= b.inFlight ? a : b;
  return a.scoreMs < b.scoreMs ? a : b;
}
