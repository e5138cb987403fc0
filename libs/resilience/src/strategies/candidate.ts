import type { Random } from '#libs/kernel';

/** A usable target of one tier, as far as choosing needs to know it. */
export interface StrategyCandidate {
  readonly id: string;
  readonly weight: number;
  /** From above 0 to 1: how much of its usual traffic it may have. */
  readonly share: number;
  /** From 0 to 1: how much of its quota is left. */
  readonly headroom: number;
  /** What a call has to expect there, calls under way included. */
  readonly scoreMs: number;
  readonly inFlight: number;
  /** Of one call, estimated. */
  readonly costMicros: number;
  /** Only where no other is left: it failed a moment ago. */
  readonly demoted: boolean;
}

/** Chooses one of at least one. */
export type Choose<Candidate extends StrategyCandidate = StrategyCandidate> = (
  candidates: readonly [Candidate, ...Candidate[]],
  random: Random,
) => Candidate;
