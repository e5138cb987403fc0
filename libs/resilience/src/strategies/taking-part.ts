import type { Random } from '#libs/kernel';
import type { StrategyCandidate } from './candidate.js';

/** Those that take part in this choice: one with less than its whole share by chance, so that it gets that much at most. */
export function takingPart<C extends StrategyCandidate>(
  candidates: readonly [C, ...C[]],
  random: Random,
): readonly [C, ...C[]] {
  const [first, ...others] = candidates.filter(({ share }) => share >= 1 || random() < share);
  return first === undefined ? candidates : [first, ...others];
}
