import type { LimitKind } from './limits.js';
import type { FaultClass } from './vocabulary.js';

/** What one dispatcher saw of one target since its last signal. Failures are sent at once, successes gathered. */
export interface HealthSignal {
  readonly dispatcher: string;
  readonly target: string;
  readonly at: number;
  readonly successes: number;
  readonly failure?: {
    readonly fault: FaultClass;
    readonly retryAfterMs?: number;
    readonly requestId: string;
    /** The limit that a `rate_limited` answer names, where it names one. */
    readonly limit?: LimitKind;
  };
  /** Sent where a target has become slower than it was, or normal again: medians of time to first token. */
  readonly latency?: { readonly recentMs: number; readonly baselineMs: number };
  /** The attempt was the half-open probe. */
  readonly probe: boolean;
}

/** Why a target is in its state. */
export type StateReason = FaultClass | 'added_latency' | 'operator' | 'status_page' | 'none';

/** `open`: not used until `until`, then one probe at a time. `drained`: by an operator, until restored. */
export interface TargetState {
  readonly target: string;
  readonly phase: 'closed' | 'open' | 'drained';
  readonly since: number;
  /** Epoch milliseconds; 0 while closed. */
  readonly until: number;
  /** How many times it opened since it last stayed closed for long; drives the back-off. */
  readonly openings: number;
  readonly reason: StateReason;
  /** Until when opening again is flapping (epoch milliseconds); absent where it never opened. */
  readonly calmFrom?: number;
  /** Until when it stays open for flapping, whatever a probe finds (epoch milliseconds); absent where it did not flap. */
  readonly heldUntil?: number;
  /** When it was closed by a probe: from then on its share grows. 0 where it has its whole share. */
  readonly rampFrom: number;
  /** How much of its share it may have, from above 0 to 1: less than 1 while it is slower than it was. */
  readonly share: number;
  /** Limits of ours that are used up at the provider, and until when (epoch milliseconds). */
  readonly gates: { readonly [kind in LimitKind]?: number };
  /** The last failures before the change, newest last: why the state is as it is. */
  readonly evidence: readonly { readonly at: number; readonly fault: FaultClass; readonly dispatcher: string }[];
  readonly version: number;
  /** What the vendor's status page reports while it reports an outage: a hint, by which nothing opens or closes. */
  readonly outage?: Outage;
}

export interface Outage {
  /** When it was first seen there; epoch milliseconds. */
  readonly at: number;
  /** In the page's own words: the components and their status. */
  readonly description: string;
}

/** One change of a target's state, for the history. With the target, the version makes it unique. */
export interface HealthChange {
  readonly v: 1;
  readonly at: number;
  readonly from: TargetState['phase'];
  /** As it is after the change, with the evidence for it. */
  readonly state: TargetState;
  /** `health`, or the id of the key of the operator who asked for it. */
  readonly actor: string;
  /** The operator's own words. */
  readonly note?: string;
}

/** console -> health: what an operator wants of a target. */
export interface HealthCommand {
  readonly do: 'drain' | 'restore';
  readonly target: string;
  readonly actor: string;
  readonly note?: string;
}

/** health -> one dispatcher: make a cheap call, and report it as any other. */
export interface ProbeRequest {
  readonly requestId: string;
  readonly target: string;
  readonly why: ProbeReason;
  readonly revision: number;
}

export type ProbeReason = 'open' | 'idle' | 'outage';

/** `busy`: another call is proving the same. `unfit`: the call could not be made or judged; the target is not blamed. */
export interface ProbeAnswer {
  readonly outcome: 'ok' | 'failed' | 'busy' | 'unfit';
  readonly fault?: FaultClass;
}
