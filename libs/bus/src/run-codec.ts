import type { RunRequest } from '#libs/contracts';
import { decodeObject, encodeJson } from './json.js';

/** A run message on the wire: four bytes of head length (big endian), the head as JSON, the body (empty with a claim). */
export function encodeRun(request: RunRequest, body: Uint8Array): Uint8Array {
  const head = encodeJson(request);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(head.byteLength);
  return Buffer.concat([length, head, body]);
}

export interface Run {
  readonly request: RunRequest;
  readonly body: Uint8Array;
}

/** `undefined` for bytes that are no run message. */
export function decodeRun(message: Uint8Array): Run | undefined {
  const buffer = Buffer.from(message.buffer, message.byteOffset, message.byteLength);
  try {
    const bodyAt = 4 + buffer.readUInt32BE(0);
    return { request: decodeObject<RunRequest>(buffer.subarray(4, bodyAt)), body: buffer.subarray(bodyAt) };
  } catch {
    return undefined;
  }
}
