import type { Choice } from './candidate.js';

/** As listed; one that has only a share of its calls back leaves the others to the next. */
export const priority: Choice = (candidates, random) =>
  candidates.find(({ share }) => share >= 1 || random() < share) ?? candidates[0];
