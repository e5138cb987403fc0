import type { ErrorCode } from '#libs/kernel';
import type { FaultClass, Principal, Surface, Usage } from './vocabulary.js';

/** Why an attempt was made. */
export type AttemptPurpose = 'first' | 'retry' | 'failover' | 'hedge' | 'continuation' | 'probe';

/** One call to one target, as it ended. Written by the dispatcher; the unit of cost. */
export interface AttemptRecord {
  readonly kind: 'attempt';
  readonly v: 1;
  readonly attemptId: string;
  readonly requestId: string;
  /** 1 for the request's first attempt, counted over all dispatchers. */
  readonly number: number;
  readonly purpose: AttemptPurpose;
  readonly principal: Principal;
  readonly route: string;
  readonly pinnedModel: string;
  readonly model: string;
  readonly target: string;
  readonly channel: string;
  readonly provider: string;
  /** What was asked for on the wire, and what the provider said it served. */
  readonly requestedVersion: string;
  readonly servedVersion?: string | undefined;
  readonly outcome: 'ok' | 'failed' | 'cancelled';
  readonly fault?: FaultClass | undefined;
  /** The provider's HTTP status, where one came. */
  readonly status?: number | undefined;
  readonly usage: Usage;
  /** The provider did not get to count: `usage` is our estimate of what it read and wrote. */
  readonly usageEstimated?: boolean | undefined;
  readonly costMicros: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Milliseconds to the provider's first content token (streams only), and to the end. */
  readonly firstTokenMs?: number | undefined;
  readonly durationMs: number;
  readonly revision: number;
  readonly dispatcher: string;
  readonly traceparent?: string | undefined;
}

export type CompletionOutcome = 'ok' | 'failed' | 'cancelled' | 'interrupted';

/** The request's final record: what the caller received. Written by ingress, once a request. */
export interface CompletionRecord {
  readonly kind: 'completion';
  readonly v: 1;
  readonly requestId: string;
  readonly principal: Principal;
  readonly surface: Surface;
  readonly route: string;
  readonly pinnedModel: string;
  readonly stream: boolean;
  readonly outcome: CompletionOutcome;
  readonly status: number;
  readonly errorCode?: ErrorCode;
  /** The target that answered; absent where none did. */
  readonly model?: string;
  readonly servedVersion?: string | undefined;
  readonly channel?: string;
  readonly attempts: number;
  /** How often another target went on with the answer; absent where none did. */
  readonly continuations?: number;
  /** Present where another model than the pinned one answered. */
  readonly substitutionReason?: string;
  /** The winning attempt's; wasted attempts are in their own rows. */
  readonly usage: Usage;
  readonly usageEstimated?: boolean | undefined;
  readonly costMicros: number;
  readonly startedAt: number;
  readonly firstByteMs?: number | undefined;
  readonly durationMs: number;
  /** Bytes of the answer given to the caller. */
  readonly deliveredBytes: number;
  readonly revision: number;
  readonly traceparent?: string | undefined;
}

export type LedgerRecord = AttemptRecord | CompletionRecord;
