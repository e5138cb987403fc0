import type { FaultClass } from '#libs/contracts';

/** One target as it stands for one call, this moment: all that a choice needs. */
export interface TargetView {
  readonly id: string;
  readonly model: string;
  readonly contextWindow: number;
  /** `probe`: by one caller of the fleet at a time. `full`: a limit leaves no room just now. */
  readonly availability: 'usable' | 'probe' | 'shut' | 'full';
  /** When it may be called again, in epoch milliseconds; 0 where it may be now. */
  readonly until: number;
  /** The time is the provider's own word: a limit's reset, a Retry-After. */
  readonly stated: boolean;
  /** Why it is not usable; a last resort is only what fails, never what is full or not ours. */
  readonly fault: FaultClass | undefined;
  /** It has just failed somewhere in the fleet: others of its model come first. */
  readonly suspect: boolean;
  /** Nothing failed since it last succeeded: a further attempt there multiplies no outage. */
  readonly clean: boolean;
  readonly weight: number;
  /** How much of its weight it may take, above 0 to 1. */
  readonly share: number;
  /** What is left of the provider's limits, 0 to 1. */
  readonly headroom: number;
  /** Expected milliseconds to the first token, times the calls that wait there. */
  readonly scoreMs: number;
  readonly inFlight: number;
  /** What this call is estimated to cost there. */
  readonly costMicros: number;
}
