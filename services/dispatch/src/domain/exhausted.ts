import type { FaultClass } from '#libs/contracts';
import { GatewayError, type ErrorCode } from '#libs/kernel';

/** Why one target did not answer: it failed, or it was not tried at all. */
export interface Failure {
  readonly target: string;
  readonly fault: FaultClass;
  readonly tried: boolean;
  /** What an operator can mend, in words that are safe to show. */
  readonly detail?: string;
  /** When it may be tried again, in milliseconds from now. */
  readonly retryAfterMs?: number;
  /** Set where the request cannot be expressed for the target. */
  readonly error?: GatewayError;
}

const quota: ReadonlySet<FaultClass> = new Set(['rate_limited', 'money_gone']);
const late: ReadonlySet<FaultClass> = new Set(['hang', 'slow_first_token', 'stall']);
const MIN_RETRY_MS = 1000;

/** The one error the caller gets when no target answered: it says what each one did, and when to come back. */
export function exhausted(failures: readonly Failure[]): GatewayError {
  const inexpressible = failures.find((failure) => failure.error !== undefined);
  const others = failures.filter((failure) => failure.error === undefined);
  if (inexpressible?.error && others.length === 0) return inexpressible.error;
  const tried = others.filter((failure) => failure.tried).length;
  const what = others
    .map(({ target, fault, detail }) => `${target}: ${fault}${detail ? ` (${detail})` : ''}`)
    .join(', ');
  const waits = others.flatMap((failure) => failure.retryAfterMs ?? []);
  const retryAfterMs = Math.max(MIN_RETRY_MS, Math.min(...waits, 60_000));
  return new GatewayError(codeFor(others), `no target answered (${tried} tried; ${what}); try again later`, {
    retryAfterMs,
  });
}

function codeFor(failures: readonly Failure[]): ErrorCode {
  const all = (faults: ReadonlySet<FaultClass>): boolean =>
    failures.length > 0 && failures.every((failure) => faults.has(failure.fault));
  if (all(quota)) return 'targets_rate_limited';
  return all(late) ? 'targets_timed_out' : 'targets_exhausted';
}
