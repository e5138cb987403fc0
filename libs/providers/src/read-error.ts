import type { Family, FaultClass, LimitKind, LimitReading } from '#libs/contracts';
import { isJsonObject, parseJson } from '#libs/kernel';
import { NOTHING_SAID, readErrorFields, type ErrorFields } from './error-fields.js';
import { faultOf } from './fault-of-error.js';
import { limitOf } from './limit-of-error.js';
import { readLimits } from './limits.js';
import { printable } from './printable.js';
import { headerText, type ReplyHeaders } from './reply-headers.js';
import { readRetryAfter } from './retry-after.js';
import { utf8 } from './utf8.js';

/** A provider's answer with another status than 200. */
export interface ErrorResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReplyHeaders;
  /** As much of the body as was read. */
  readonly body: Uint8Array;
  /** Epoch milliseconds; dates in `retry-after` are relative to it. */
  readonly now: number;
}

/** A provider's refusal, classified. Texts are bounded and printable, but may echo what the request held. */
export interface ProviderError {
  readonly fault: FaultClass;
  readonly status: number;
  readonly message: string;
  /** The provider's own words: `invalid_request_error`, `context_length_exceeded`, `messages`. */
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  /** The limit that refused the call, where the fault is one of quota and the provider names it. */
  readonly limit?: LimitKind;
  /** At most five minutes; a day where a daily quota is used up. */
  readonly retryAfterMs?: number;
  /** What it said of when to come back was no time, past, or cut down to the longest that is waited. */
  readonly retryAfterAbsurd?: true;
}

const MAX_BODY_BYTES = 64 * 1024;
const MAX_WAIT_MS = 300_000;
const DAY_MS = 86_400_000;

/** Faults that pass by themselves, so that the body's word on when is worth reading. */
const PASSING: ReadonlySet<FaultClass> = new Set<FaultClass>(['rate_limited', 'daily_quota', 'overloaded']);

export function readProviderError(family: Family, response: ErrorResponse): ProviderError {
  const { status } = response;
  const error = readBody(family, response);
  const fault = faultOf(status, error);
  const { message = `the provider answered ${status} without an explanation`, type, code, param } = error;
  return {
    fault,
    status,
    message,
    ...(type === undefined ? {} : { type }),
    ...(code === undefined ? {} : { code }),
    ...(param === undefined ? {} : { param }),
    ...waitOf(family, response, { error, fault }),
  };
}

interface Classified {
  readonly error: ErrorFields;
  readonly fault: FaultClass;
}

/** Which limit is used up, and how long to wait. */
function waitOf(
  family: Family,
  { headers, now }: ErrorResponse,
  { error, fault }: Classified,
): Pick<ProviderError, 'limit' | 'retryAfterMs' | 'retryAfterAbsurd'> {
  const isQuota = fault === 'rate_limited' || fault === 'daily_quota';
  const readings = isQuota ? readLimits(family, headers, now) : [];
  const limit = isQuota ? limitOf(error, readings) : undefined;
  const said = PASSING.has(fault) ? { ...error, limitMs: fullAgain(limit, readings) } : {};
  const { ms, absurd } = readRetryAfter({ ...said, headers, now }, fault === 'daily_quota' ? DAY_MS : MAX_WAIT_MS);
  return {
    ...(limit === undefined ? {} : { limit }),
    ...(ms === undefined ? {} : { retryAfterMs: ms }),
    ...(absurd ? { retryAfterAbsurd: true } : {}),
  };
}

/** The vendors' headers say so even where nothing else does; of what is used up, the last to be full again. */
function fullAgain(limit: LimitKind | undefined, readings: readonly LimitReading[]): number | undefined {
  const empty = readings.filter(({ kind, remaining }) => remaining === 0 || kind === limit);
  const waits = empty.flatMap(({ resetMs }) => (resetMs === undefined ? [] : [resetMs]));
  return waits.length === 0 ? undefined : Math.max(...waits);
}

function readBody(family: Family, { body, headers }: ErrorResponse): ErrorFields {
  const text = utf8(body.subarray(0, MAX_BODY_BYTES));
  const json = parseJson(text);
  const error =
    readErrorFields(family, json) ?? readErrorFields(family, { error: rootError(json, text) }) ?? NOTHING_SAID;
  // Bedrock names its errors in a header: `ThrottlingException:http://…`.
  const name = headerText(headers, 'x-amzn-errortype')?.split(':', 1)[0];
  return name === undefined ? error : { ...error, labels: [...error.labels, name.toLowerCase()] };
}

/** Compatible servers put the error at the root, or answer with plain text; a page of HTML explains nothing. */
function rootError(json: unknown, text: string): unknown {
  if (isJsonObject(json)) return { message: json['detail'] ?? json['Message'], ...json };
  const plain = printable(text);
  return json !== undefined || plain.startsWith('<') ? undefined : plain;
}
