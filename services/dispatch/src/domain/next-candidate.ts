import type { TargetState } from '#libs/contracts';
import type { Random } from '#libs/kernel';
import { availability, gatedUntil, penalties } from '#libs/resilience';
import { faultOfState } from './fault-of-state.js';

export interface Candidate {
  readonly id: string;
  /** `probe`: half-open, needs the fleet's one permission. `last-resort`: shut, but nothing better is left. */
  readonly mode: 'usable' | 'probe' | 'last-resort';
}

export interface Outlook {
  readonly tiers: readonly (readonly string[])[];
  readonly tried: ReadonlySet<string>;
  readonly stateOf: (target: string) => TargetState;
  readonly weightOf: (target: string) => number;
}

/** The target to try next: the first tier that has a usable one, by weight within the tier. */
export function nextCandidate(outlook: Outlook, now: number, random: Random): Candidate | undefined {
  for (const tier of outlook.tiers) {
    const open = tier.filter((id) => !outlook.tried.has(id) && availability(outlook.stateOf(id), now) !== 'shut');
    const id = pickByWeight(open, outlook.weightOf, random);
    if (id !== undefined) return { id, mode: availability(outlook.stateOf(id), now) === 'probe' ? 'probe' : 'usable' };
  }
  return lastResort(outlook, now);
}

function pickByWeight(ids: readonly string[], weightOf: (id: string) => number, random: Random): string | undefined {
  const total = ids.reduce((sum, id) => sum + weightOf(id), 0);
  let drawn = random() * total;
  return ids.find((id) => (drawn -= weightOf(id)) < 0) ?? ids.at(-1);
}

/** The least bad: the one that is due back first. What is full, drained or without a credential is never sprayed. */
function lastResort(outlook: Outlook, now: number): Candidate | undefined {
  const left = outlook.tiers
    .flat()
    .filter((id) => !outlook.tried.has(id))
    .map((id) => outlook.stateOf(id))
    .filter((state) => state.phase === 'open' && gatedUntil(state) <= now)
    .filter((state) => penalties[faultOfState(state.reason)] === 'strike')
    .sort((a, b) => a.until - b.until);
  return left[0] && { id: left[0].target, mode: 'last-resort' };
}
