import type { Family, FaultClass } from '#libs/contracts';
import { isJsonObject, parseJson } from '#libs/kernel';
import { readErrorFields, type ErrorFields } from './error-fields.js';
import { faultNamed } from './fault-of-error.js';
import { printable } from './printable.js';
import { readRetryAfter } from './retry-after.js';
import { utf8 } from './utf8.js';

/** A provider's answer with another status than 200. */
export interface ErrorResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: { readonly [name: string]: string | undefined };
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
  /** At most five minutes. */
  readonly retryAfterMs?: number;
}

const MAX_BODY_BYTES = 64 * 1024;

/** Statuses with a meaning of their own; any other 4xx is the client's error, all else the provider's. */
const FAULT_OF_STATUS: { readonly [status: number]: FaultClass } = {
  401: 'bad_credential',
  402: 'money_gone',
  403: 'bad_credential',
  408: 'provider_error',
  409: 'provider_error',
  425: 'provider_error',
  429: 'rate_limited',
  503: 'overloaded',
  529: 'overloaded',
};

export function readProviderError(family: Family, response: ErrorResponse): ProviderError {
  const { status, headers, now } = response;
  const fields = readBody(family, response.body);
  const retryAfterMs = readRetryAfter(headers, now);
  return {
    ...fields,
    fault: classify(status, fields),
    status,
    message: fields.message ?? `the provider answered ${status} without an explanation`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function classify(status: number, error: ErrorFields): FaultClass {
  const named = faultNamed(error);
  const fault = FAULT_OF_STATUS[status] ?? (status >= 400 && status < 500 ? 'client_error' : 'provider_error');
  // Money may be named under any status; congestion only where the status leaves it open whose fault it is.
  if (named === 'money_gone') return named;
  if (named === 'overloaded' && (status === 429 || status >= 500)) return named;
  return fault;
}

function readBody(family: Family, body: Uint8Array): ErrorFields {
  const text = utf8(body.subarray(0, MAX_BODY_BYTES));
  const json = parseJson(text);
  return readErrorFields(family, json) ?? readErrorFields(family, { error: rootMessage(json, text) }) ?? {};
}

/** Compatible servers put the error at the root, or answer with plain text; a page of HTML explains nothing. */
function rootMessage(json: unknown, text: string): unknown {
  if (isJsonObject(json)) return { message: json['detail'], ...json };
  const plain = printable(text);
  return json !== undefined || plain.startsWith('<') ? undefined : plain;
}
