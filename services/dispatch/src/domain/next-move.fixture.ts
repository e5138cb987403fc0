import { defaultConduct, type Conduct, type FaultClass } from '#libs/contracts';
import type { Situation, Tries } from './next-move.js';
import type { TargetView } from './target-view.js';

export const NOW = 1_000_000;

/** A usable target of the pinned model, unless said otherwise: `a@x` is a channel's target of the model `a`. */
export function view(id: string, changes: Partial<TargetView> = {}): TargetView {
  return {
    id,
    model: id.split('@')[0] ?? id,
    contextWindow: 1000,
    availability: 'usable',
    until: 0,
    stated: false,
    fault: undefined,
    suspect: false,
    clean: true,
    weight: 1,
    share: 1,
    headroom: 1,
    scoreMs: 100,
    inFlight: 0,
    costMicros: 10,
    ...changes,
  };
}

export const shut = (id: string, fault: FaultClass, until: number, changes: Partial<TargetView> = {}): TargetView =>
  view(id, { availability: 'shut', fault, until, clean: false, ...changes });

export const tried = (fault: FaultClass, count = 1, notBefore = 0): Tries => ({ fault, count, notBefore });

export interface SituationWanted {
  readonly tries?: Readonly<Record<string, Tries>>;
  readonly conduct?: Partial<Conduct>;
  readonly patientUntil?: number;
  readonly session?: string;
}

/** The pinned model is that of the first target. */
export function situation(tiers: readonly (readonly TargetView[])[], wanted: SituationWanted = {}): Situation {
  return {
    tiers,
    pinned: tiers.flat()[0]?.model ?? '',
    tries: new Map(Object.entries(wanted.tries ?? {})),
    conduct: { ...defaultConduct, ...wanted.conduct },
    patientUntil: wanted.patientUntil ?? NOW + 3000,
    session: wanted.session,
  };
}
