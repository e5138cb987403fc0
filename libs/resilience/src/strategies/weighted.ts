import type { Random } from '#libs/kernel';
import type { StrategyCandidate } from './candidate.js';

/** By weight, as far as share and quota allow; where nothing has any, the last. */
export function weighted<C extends StrategyCandidate>(candidates: readonly [C, ...C[]], random: Random): C {
  const withRoom = candidates.map((each) => each.weight * each.share * each.headroom);
  // Full quotas everywhere are no reason to forget the weights.
  const parts = sum(withRoom) > 0 ? withRoom : candidates.map((each) => each.weight * each.share);
  let drawn = random() * sum(parts);
  return candidates.find((_, index) => (drawn -= parts[index] ?? 0) < 0) ?? candidates.at(-1) ?? candidates[0];
}

const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0);
