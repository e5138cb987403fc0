import type { Strategy } from '#libs/contracts';
import type { Random } from '#libs/kernel';
import type { Choose, StrategyCandidate } from './candidate.js';
import { lowestCost } from './lowest-cost.js';
import { lowestLatency } from './lowest-latency.js';
import { priority } from './priority.js';
import { weighted } from './weighted.js';

const strategies = {
  weighted,
  priority,
  lowest_latency: lowestLatency,
  lowest_cost: lowestCost,
} as const satisfies Record<Strategy, Choose>;

/** Chooses among the usable targets of one tier; `undefined` where there is none. */
export function choose<C extends StrategyCandidate>(
  strategy: Strategy,
  candidates: readonly C[],
  random: Random,
): C | undefined {
  const undoubted = candidates.filter(({ demoted }) => !demoted);
  const [first, ...others] = undoubted.length > 0 ? undoubted : candidates;
  return first && strategies[strategy]([first, ...others], random);
}
