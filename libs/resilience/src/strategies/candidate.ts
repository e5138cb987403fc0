import type { Random } from '#libs/kernel';

/** A target of a tier that may be called now. */
export interface Candidate {
  readonly id: string;
  readonly weight: number;
  /** How much of its weight it may take, above 0 to 1. */
  readonly share: number;
  /** What is left of the provider's limits, 0 to 1. */
  readonly headroom: number;
  /** Expected milliseconds to the first token, calls that wait there counted in. */
  readonly scoreMs: number;
  readonly costMicros: number;
}

/** Picks one of at least one. */
export type Choice = (candidates: readonly Candidate[], random: Random) => Candidate | undefined;
