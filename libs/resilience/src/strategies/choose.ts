import type { Strategy } from '#libs/contracts';
import type { Random } from '#libs/kernel';
import type { Candidate, Choice } from './candidate.js';
import { lowestCost } from './lowest-cost.js';
import { lowestLatency } from './lowest-latency.js';
import { priority } from './priority.js';
import { weighted } from './weighted.js';

const strategies = {
  weighted,
  priority,
  lowest_latency: lowestLatency,
  lowest_cost: lowestCost,
} as const satisfies Record<Strategy, Choice>;

/** The id of the target to call, by a route's strategy; `undefined` of none. */
export function choose(strategy: Strategy, candidates: readonly Candidate[], random: Random): string | undefined {
  return strategies[strategy](candidates, random)?.id;
}
