import type { Choice, Candidate } from './candidate.js';

/** A limit that is nearly used up leaves little, but not nothing: others may be worse. */
const LEAST_HEADROOM = 0.01;

const drawOf = ({ weight, share, headroom }: Candidate): number => weight * share * Math.max(LEAST_HEADROOM, headroom);

/** By weight, less where a target is on its way back or near its limits. */
export const weighted: Choice = (candidates, random) => {
  let drawn = random() * candidates.reduce((sum, candidate) => sum + drawOf(candidate), 0);
  return candidates.find((candidate) => (drawn -= drawOf(candidate)) < 0) ?? candidates.at(-1);
};
