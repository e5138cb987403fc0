import type { Candidate, Choice } from './candidate.js';

/** The better of two drawn: nearly as good as the best of all, and no herd runs to one target. */
export const lowestLatency: Choice = (candidates, random) => {
  const first = Math.floor(random() * candidates.length);
  const rest = candidates.filter((_, at) => at !== first);
  const a = candidates[first];
  const b = rest[Math.floor(random() * rest.length)];
  return a && b && scoreOf(b) < scoreOf(a) ? b : (a ?? b);
};

const scoreOf = ({ scoreMs, share }: Candidate): number => scoreMs / share;
