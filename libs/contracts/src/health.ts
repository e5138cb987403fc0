import type { FaultClass } from './vocabulary.js';

/** What one dispatcher saw of one target since its last signal. Failures are sent at once, successes gathered. */
export interface HealthSignal {
  readonly dispatcher: string;
  readonly target: string;
  readonly at: number;
  readonly successes: number;
  readonly failure?: { readonly fault: FaultClass; readonly retryAfterMs?: number; readonly requestId: string };
  /** The attempt was the half-open probe. */
  readonly probe: boolean;
}

/** `open`: not used until `until`, then one probe at a time. */
export interface TargetState {
  readonly target: string;
  readonly phase: 'closed' | 'open';
  readonly since: number;
  /** Epoch milliseconds; 0 while closed. */
  readonly until: number;
  /** How many times it opened in a row; drives the back-off. */
  readonly openings: number;
  readonly reason: FaultClass | 'none';
  /** The last failures before the change, newest last: why the state is as it is. */
  readonly evidence: readonly { readonly at: number; readonly fault: FaultClass; readonly dispatcher: string }[];
  readonly version: number;
}
