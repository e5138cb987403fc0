import type { Strategy } from '#libs/contracts';
import type { Random } from '#libs/kernel';
import { choose, stickyOrder } from '#libs/resilience';
import type { TargetView } from './target-view.js';

/** One target of a tier, by the route's strategy; a session stays where it was while that works. */
export function chooseInTier(
  tier: readonly TargetView[],
  by: { readonly strategy: Strategy; readonly session: string | undefined },
  random: Random,
): TargetView | undefined {
  if (tier.length < 2) return tier[0];
  const id = by.session === undefined ? choose(by.strategy, tier, random) : stickyOrder(by.session, tier)[0];
  return tier.find((view) => view.id === id) ?? tier[0];
}
