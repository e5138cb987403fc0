import type { RunRequest } from '#libs/contracts';
import { jsonAndBytes, splitJsonAndBytes } from './json-and-bytes.js';

export interface Run {
  readonly request: RunRequest;
  readonly body: Uint8Array;
}

/** A run message on the wire: the head as JSON, then the body (empty with a claim). */
export function encodeRun(request: RunRequest, body: Uint8Array): Uint8Array {
  return Buffer.concat(jsonAndBytes(request, body));
}

/** All of a run message but its body. */
export function runHead(request: RunRequest): readonly Uint8Array[] {
  return jsonAndBytes(request, NOTHING);
}

const NOTHING = new Uint8Array();

/** `undefined` for bytes that are no run message. */
export function decodeRun(message: Uint8Array): Run | undefined {
  const buffer = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  try {
    const { value, bytes } = splitJsonAndBytes<RunRequest>(buffer);
    return { request: value, body: bytes };
  } catch {
    return undefined;
  }
}
