import type { Choice } from './candidate.js';
import { weighted } from './weighted.js';

/** The cheapest for this very call; of equals, by weight. */
export const lowestCost: Choice = (candidates, random) => {
  const least = Math.min(...candidates.map(({ costMicros }) => costMicros));
  return weighted(
    candidates.filter(({ costMicros }) => costMicros === least),
    random,
  );
};
