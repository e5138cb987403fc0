import type { FaultClass } from '#libs/contracts';
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
  /** For the caller where the provider rejected the request itself; credentials removed. */
  readonly message?: string;
  readonly field?: string;
  readonly report?: AnswerReport;
  /** The whole answer, or the end of a stream, in the caller's format: held until the attempt is recorded. */
  readonly bytes?: Uint8Array;
  readonly firstTokenMs?: number;
  readonly durationMs: number;
}

/** What a reader makes of the end of an answer. */
export type Verdict = Omit<AttemptResult, 'durationMs' | 'committed' | 'sent' | 'firstTokenMs'>;
