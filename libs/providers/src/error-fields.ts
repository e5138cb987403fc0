import type { Family } from '#libs/contracts';
import { isJsonObject, type JsonObject } from '#libs/kernel';
import { printable } from './printable.js';

/** What a provider's error object says, bounded and printable. */
export interface ErrorFields {
  readonly message?: string;
  readonly type?: string;
  readonly code?: string;
  readonly param?: string;
}

const LABEL_LIMIT = 100;

/** Reads the error object of an answer or an in-stream event; `undefined` where it holds none. */
export function readErrorFields(family: Family, body: unknown): ErrorFields | undefined {
  const error = errorObject(body);
  return error && (family === 'anthropic' ? anthropicFields(error) : openAiFields(error));
}

/** The object under `error`. Compatible servers also send `{"error":"text"}`, or wrap the answer in an array. */
function errorObject(body: unknown): JsonObject | undefined {
  if (Array.isArray(body)) return errorObject(body[0]);
  if (!isJsonObject(body)) return undefined;
  const { error } = body;
  if (typeof error === 'string' && error !== '') return { message: error };
  return isJsonObject(error) ? error : undefined;
}

function openAiFields(error: JsonObject): ErrorFields {
  return present(error['message'], error['type'], error['code'], error['param']);
}

function anthropicFields(error: JsonObject): ErrorFields {
  const details = isJsonObject(error['details']) ? error['details'] : {};
  return present(error['message'], error['type'], details['error_code'] ?? error['code'], undefined);
}

function present(message: unknown, type: unknown, code: unknown, param: unknown): ErrorFields {
  return {
    ...(typeof message === 'string' && { message: printable(message) }),
    ...(typeof type === 'string' && { type: printable(type, LABEL_LIMIT) }),
    ...((typeof code === 'string' || typeof code === 'number') && { code: printable(String(code), LABEL_LIMIT) }),
    ...(typeof param === 'string' && { param: printable(param, LABEL_LIMIT) }),
  };
}
