import type { Family } from '#libs/contracts';
import { isJsonObject, type JsonObject } from '#libs/kernel';
import { printable } from './printable.js';

/** What a provider's error object says. The first four are bounded and printable. */
export interface ErrorFields {
  readonly message?: string;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
  /**
   * Every name that the provider gave the error, in lower case, from the places that hold names of its own making: an
   * error may echo the request elsewhere, and a caller must not be able to name a fault.
   */
  readonly labels: readonly string[];
  /** All that it says in words, in lower case and longer than the message; for classification, never shown. */
  readonly text: string;
  /** Where the body states when to come back: as a duration (`30s`), or as a point in time. */
  readonly delay?: string;
  readonly reset?: string;
}

/** Of an error that explains nothing. */
export const NOTHING_SAID: ErrorFields = { labels: [], text: '' };

const LABEL_LIMIT = 100;
const TEXT_LIMIT = 4096;

/** Reads the error object of an answer or an in-stream event; `undefined` where it holds none. */
export function readErrorFields(family: Family, body: unknown): ErrorFields | undefined {
  const error = errorObject(body);
  return error && (family === 'anthropic' ? anthropicFields(error) : openAiFields(error));
}

/**
 * The object under `error`. Compatible servers also send `{"error":"text"}`, wrap the answer in an array or the error in
 * another, or put it at the root and say so.
 */
function errorObject(body: unknown): JsonObject | undefined {
  if (Array.isArray(body)) return errorObject(body[0]);
  if (!isJsonObject(body)) return undefined;
  const { error } = body;
  if (typeof error === 'string' && error !== '') return { message: error };
  if (!isJsonObject(error)) return body['object'] === 'error' ? body : undefined;
  return isJsonObject(error['error']) ? error['error'] : error;
}

function openAiFields(error: JsonObject): ErrorFields {
  return { ...present(error['message'], error['type'], error['code'], error['param']), ...evidence(error) };
}

function anthropicFields(error: JsonObject): ErrorFields {
  const code = objectIn(error, 'details')['error_code'] ?? error['code'];
  return { ...present(error['message'], error['type'], code, undefined), ...evidence(error) };
}

function present(message: unknown, type: unknown, code: unknown, param: unknown): Partial<ErrorFields> {
  return {
    ...(typeof message === 'string' && { message: printable(message) }),
    ...(typeof type === 'string' && { type: printable(type, LABEL_LIMIT) }),
    ...((typeof code === 'string' || typeof code === 'number') && { code: printable(String(code), LABEL_LIMIT) }),
    ...(typeof param === 'string' && { param: printable(param, LABEL_LIMIT) }),
  };
}

function evidence(error: JsonObject): Pick<ErrorFields, 'labels' | 'text' | 'delay' | 'reset'> {
  const metadata = objectIn(error, 'metadata');
  const details = googleDetails(error);
  const names = [
    error['type'],
    error['code'],
    error['status'],
    objectIn(error, 'details')['error_code'],
    objectIn(error, 'innererror')['code'],
    metadata['error_type'],
    metadata['limit_source'],
    ...details.flatMap((detail) => [detail['reason'], ...quotasIn(detail)]),
  ];
  const words = [error['message'], metadata['raw']].filter((part) => typeof part === 'string');
  const delay = details.map((detail) => detail['retryDelay']).find((value) => typeof value === 'string');
  const reset = objectIn(metadata, 'headers')['X-RateLimit-Reset'];
  return {
    labels: names.flatMap((name) => (isName(name) ? [String(name).slice(0, LABEL_LIMIT).toLowerCase()] : [])),
    text: words.join('\n').slice(0, TEXT_LIMIT).toLowerCase(),
    ...(delay === undefined ? {} : { delay }),
    ...(isName(reset) ? { reset: String(reset) } : {}),
  };
}

function isName(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}

/** Google's structured details: the reason, the quotas that were exceeded, the delay to wait. */
function googleDetails(error: JsonObject): readonly JsonObject[] {
  const details: readonly unknown[] = Array.isArray(error['details']) ? error['details'] : [];
  return details.filter(isJsonObject).filter((detail) => String(detail['@type']).startsWith('type.googleapis.com/'));
}

function quotasIn(detail: JsonObject): readonly unknown[] {
  const violations: readonly unknown[] = Array.isArray(detail['violations']) ? detail['violations'] : [];
  return violations.filter(isJsonObject).map((violation) => violation['quotaId']);
}

function objectIn(object: JsonObject, field: string): JsonObject {
  const value = object[field];
  return isJsonObject(value) ? value : {};
}
