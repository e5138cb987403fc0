import type { RateLimits } from '../rate-limits.js';
import type { FaultSubject } from './fault-subject.js';

export interface TriggerVerdict {
  readonly strikes: boolean;
  /** For the headers of the answer, whether it is struck or not. */
  readonly limits?: RateLimits;
}

/** Decides, beyond scope and share, whether a call is struck. What it remembers lives as long as its fault. */
export type Trigger = (call: FaultSubject, now: number) => TriggerVerdict;
