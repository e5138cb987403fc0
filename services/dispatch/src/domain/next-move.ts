import type { Conduct, FaultClass } from '#libs/contracts';
import type { Random } from '#libs/kernel';
import { chooseInTier } from './choose-in-tier.js';
import { isTransient, isFailing } from './fault-traits.js';
import type { TargetView } from './target-view.js';

/** What this call has had of one target. */
export interface Tries {
  readonly count: number;
  /** Of the last try. */
  readonly fault: FaultClass;
  /** Epoch milliseconds before which the provider does not want to be asked again; 0 where it did not say. */
  readonly notBefore: number;
}

export interface Situation {
  readonly tiers: readonly (readonly TargetView[])[];
  /** The pinned model. */
  readonly pinned: string;
  readonly tries: ReadonlyMap<string, Tries>;
  readonly conduct: Conduct;
  /** Until when a Retry-After of the pinned model is waited for, rather than another model asked. */
  readonly patientUntil: number;
  readonly session: string | undefined;
}

export type AttemptMode = 'usable' | 'probe' | 'last-resort';

export type Move = AttemptMove | { readonly do: 'give_up' };

/** `again`: the target has been tried by this call. `afterMs`: and then only if it is usable still. */
export interface AttemptMove {
  readonly do: 'attempt';
  readonly target: TargetView;
  readonly mode: AttemptMode;
  readonly again: boolean;
  readonly afterMs: number;
}

const RETRY_MS = 50;

/**
 * What follows for a call: the best target of the first tier that has one; the pinned model a second time, or when it
 * is back, before another model; the least bad when all are bad.
 */
export function nextMove(situation: Situation, now: number, random: Random): Move {
  const open = untried(situation);
  const best = bestOf(open, situation, random);
  if (best && best.model === situation.pinned) return attempt(best);
  const mayRetry = (view: TargetView): boolean => best === undefined || view.model === situation.pinned;
  const again = retry(situation, random) ?? patience(situation, mayRetry, now);
  if (again) return again;
  if (best) return attempt(best);
  const least = leastBad(open.flat());
  return least ? { do: 'attempt', target: least, mode: 'last-resort', again: false, afterMs: 0 } : { do: 'give_up' };
}

function attempt(target: TargetView): Move {
  const mode = target.availability === 'probe' ? 'probe' : 'usable';
  return { do: 'attempt', target, mode, again: false, afterMs: 0 };
}

/** A target too small for what another was too small for is no better. */
function untried({ tiers, tries }: Situation): readonly (readonly TargetView[])[] {
  const all = tiers.flat();
  const tooSmall = all.filter(({ id }) => tries.get(id)?.fault === 'context_length');
  const floor = Math.max(0, ...tooSmall.map((view) => view.contextWindow));
  return tiers.map((tier) => tier.filter((view) => !tries.has(view.id) && view.contextWindow > floor));
}

function bestOf(
  tiers: readonly (readonly TargetView[])[],
  { conduct, session }: Situation,
  random: Random,
): TargetView | undefined {
  const callable = tiers.map((tier) => tier.filter(isCallable));
  const all = callable.flat();
  const preferred = callable.map((tier) => tier.flatMap((view) => admitted(view, all, random)));
  const tier = preferred.find((some) => some.length > 0);
  return tier && chooseInTier(tier, { strategy: conduct.strategy, session }, random);
}

const isCallable = ({ availability }: TargetView): boolean => availability === 'usable' || availability === 'probe';

/**
 * A target that has just failed lets a sound one of its own model go first, and one that has not its whole share yet
 * does so for the rest of it: the draw that admits it has its share in it, and no strategy applies that again.
 */
function admitted(view: TargetView, all: readonly TargetView[], random: Random): readonly TargetView[] {
  if (isSound(view) || !all.some((other) => other.model === view.model && isSound(other))) return [view];
  return view.suspect || random() >= view.share ? [] : [{ ...view, share: 1 }];
}

const isSound = ({ availability, suspect, share }: TargetView): boolean =>
  availability === 'usable' && !suspect && share >= 1;

/** A fault that may be gone in a moment: the pinned model's target once more. Where it has others, they are the second try. */
function retry({ tiers, pinned, tries, conduct }: Situation, random: Random): Move | undefined {
  const [target, ...others] = tiers.flat().filter(({ id, model }) => model === pinned && tries.has(id));
  const past = target && tries.get(target.id);
  if (!past || others.length > 0 || target.availability !== 'usable') return undefined;
  if (past.count > conduct.retries || past.notBefore > 0 || !isTransient(past.fault)) return undefined;
  const whole = RETRY_MS * 2 ** (past.count - 1);
  const afterMs = Math.round(whole / 2 + (random() * whole) / 2);
  return { do: 'attempt', target, mode: 'usable', again: true, afterMs };
}

/** The target that is back first by the provider's own word, if that is soon enough. */
function patience(
  { tiers, tries, conduct, patientUntil }: Situation,
  mayRetry: (view: TargetView) => boolean,
  now: number,
): Move | undefined {
  const back = tiers
    .flat()
    .filter(mayRetry)
    .filter(({ id }) => (tries.get(id)?.count ?? 0) <= conduct.retries + 1)
    .map((target) => ({ target, at: backAt(target, tries.get(target.id)) }))
    .filter(({ target, at }) => at > (target.availability === 'usable' ? 0 : now) && at <= patientUntil)
    .sort((a, b) => a.at - b.at)[0];
  if (!back) return undefined;
  const { target, at } = back;
  return { do: 'attempt', target, mode: 'usable', again: tries.has(target.id), afterMs: Math.max(0, at - now) };
}

/** 0 where nobody has said when. */
function backAt({ availability, stated, until }: TargetView, past: Tries | undefined): number {
  if (availability === 'usable') return past?.notBefore ?? 0;
  return Math.max(stated ? until : 0, past?.notBefore ?? 0);
}

/** Of the failing ones, the one that is due back first. What is full, or not ours to use, is never sprayed. */
function leastBad(open: readonly TargetView[]): TargetView | undefined {
  const failing = open.filter(
    ({ availability, fault }) => availability === 'shut' && fault !== undefined && isFailing(fault),
  );
  return failing.toSorted((a, b) => a.until - b.until)[0];
}
