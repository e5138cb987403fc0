import type { FaultClass, LimitKind, LimitReading } from '#libs/contracts';
import type { AnswerReport } from '#libs/providers';

/** How an attempt ended. Nothing of it has reached the caller unless `committed`. */
export interface AttemptResult {
  readonly outcome: 'ok' | 'failed' | 'cancelled';
  readonly committed: boolean;
  /** The connection stood, and the request went out. */
  readonly sent: boolean;
  readonly fault?: FaultClass;
  readonly status?: number;
  readonly retryAfterMs?: number;
  /** The provider named a time that nobody would wait, or that means nothing. */
  readonly retryAfterAbsurd?: true;
  /** The limit that is used up, where the provider named it. */
  readonly limit?: LimitKind;
  /** What the answer's headers said of the credential's limits. */
  readonly limits: readonly LimitReading[];
  /** A refusal of a good request, as many at once show: the target's fault, and yet what it said may help. */
  readonly storm?: true;
  /** Its call's own time ran out on it, most of which others had had: no mark against its target. */
  readonly rushed?: true;
  /** For the caller where the provider rejected the request itself; credentials removed. */
  readonly message?: string;
  readonly field?: string;
  readonly report?: AnswerReport;
  /** The whole answer, or the end of a stream, in the caller's format: held until the attempt is recorded. */
  readonly bytes?: Uint8Array;
  readonly firstTokenMs?: number;
  /** Milliseconds between two content tokens, on average. */
  readonly gapMs?: number;
  readonly durationMs: number;
}

/** What a reader makes of the end of an answer. */
export type Verdict = Omit<
  AttemptResult,
  'durationMs' | 'storm' | 'committed' | 'sent' | 'firstTokenMs' | 'gapMs' | 'limits'
>;
