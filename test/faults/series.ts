import type { Conduct } from '#libs/contracts';
import type { FaultId, SimulatedFault } from './fault-entry.js';

/** Faults over time: what calls meet one after the other, and what must hold for all of them together. */
export interface Series {
  /** Unique. */
  readonly name: string;
  readonly fault: FaultId;
  /** Each target's place; targets of one model are of one provider's family. */
  readonly targets: readonly SeriesTarget[];
  readonly conduct?: Partial<Conduct>;
  readonly phases: readonly Phase[];
  readonly expected: readonly SeriesExpectation[];
}

export interface SeriesTarget {
  /** Targets with the same letter are of one model. */
  readonly model: 'a' | 'b' | 'c';
  readonly channel: string;
}

export interface Phase {
  readonly ms: number;
  /** For each target, what strikes it while the phase lasts. */
  readonly faults: readonly (readonly SimulatedFault[])[];
}

/** Phases count from 0, as targets do; without a phase all count. */
export type SeriesExpectation = { readonly phase?: number } & (
  | { readonly share: 'answered' | 'rejected'; readonly least?: number; readonly most?: number }
  /** Calls that a target gets. */
  | { readonly callsAt: number; readonly least?: number; readonly most?: number }
  /** The part of all calls to providers that a target gets. */
  | { readonly shareOf: number; readonly least?: number; readonly most?: number }
);
