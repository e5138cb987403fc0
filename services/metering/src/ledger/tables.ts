import type { AttemptRecord, CompletionRecord } from '#libs/contracts';

interface CallColumns {
  readonly requestId: string;
  /** UTC day of `startedAt`, `YYYY-MM-DD`: what usage is grouped by. */
  readonly day: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly tenant: string;
  readonly team: string;
  readonly agent: string;
  /** The key's id. */
  readonly key: string;
  readonly route: string;
  readonly pinnedModel: string;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** 1 where the provider did not get to count, and the tokens are our estimate. */
  readonly usageEstimated: number;
  /** Micro-units of the currency. */
  readonly costMicros: number;
  readonly revision: number;
  readonly traceparent: string | null;
}

/** An AttemptRecord, flat; what may be absent there is null here. */
export interface AttemptRow extends CallColumns {
  readonly attemptId: string;
  readonly number: number;
  /** An AttemptPurpose; text, because a newer dispatcher may know more of them. */
  readonly purpose: string;
  readonly model: string;
  readonly target: string;
  readonly channel: string;
  readonly provider: string;
  readonly requestedVersion: string;
  readonly servedVersion: string | null;
  readonly outcome: AttemptRecord['outcome'];
  /** A FaultClass; text, because a newer dispatcher may know more of them. */
  readonly fault: string | null;
  readonly status: number | null;
  readonly firstTokenMs: number | null;
  readonly dispatcher: string;
}

/** A CompletionRecord, flat. */
export interface CompletionRow extends CallColumns {
  readonly surface: string;
  /** 1 for a streamed call. */
  readonly stream: number;
  readonly outcome: CompletionRecord['outcome'];
  readonly status: number;
  readonly errorCode: string | null;
  readonly model: string | null;
  readonly servedVersion: string | null;
  readonly channel: string | null;
  readonly attempts: number;
  readonly continuations: number;
  readonly substitutionReason: string | null;
  readonly firstByteMs: number | null;
  readonly deliveredBytes: number;
}

/** A HealthChange, flat. */
export interface HealthChangeRow {
  readonly target: string;
  readonly version: number;
  readonly at: number;
  readonly fromPhase: string;
  readonly toPhase: string;
  /** A StateReason. */
  readonly reason: string;
  readonly actor: string;
  readonly note: string | null;
  /** The whole TargetState after the change, as JSON. */
  readonly state: string;
}

export interface LedgerTables {
  readonly attempts: AttemptRow;
  readonly completions: CompletionRow;
  readonly healthChanges: HealthChangeRow;
}
