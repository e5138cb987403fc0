import type { AnswerHead, AttemptStart, Frame, RunSummary } from '#libs/contracts';
import { decodeObject, encodeJson } from './json.js';
import { jsonAndBytes, splitJsonAndBytes } from './json-and-bytes.js';

/**
 * A frame on the wire: one byte of type, four of sequence number (big endian), then the payload.
 * JSON for all but `data` (raw bytes) and `whole` (JSON and bytes).
 */
const types = ['attempt', 'head', 'data', 'end', 'whole'] as const;
const HEADER = 5;

export function encodeFrame(frame: Frame): Uint8Array {
  return Buffer.concat(frameParts(frame));
}

/** A frame's bytes in pieces: whoever writes it copies it once. */
export function frameParts(frame: Frame): readonly Uint8Array[] {
  const header = Buffer.allocUnsafe(HEADER);
  header[0] = types.indexOf(frame.type);
  header.writeUInt32BE(frame.seq, 1);
  switch (frame.type) {
    case 'data':
      return [header, frame.bytes];
    case 'whole':
      return [header, ...jsonAndBytes({ head: frame.head, summary: frame.summary }, frame.bytes)];
    case 'attempt':
      return [header, encodeJson(frame.attempt)];
    case 'head':
      return [header, encodeJson(frame.head)];
    case 'end':
      return [header, encodeJson(frame.summary)];
  }
}

/** `undefined` for bytes that are no frame: an unknown type may come from a newer dispatcher. */
export function decodeFrame(message: Uint8Array): Frame | undefined {
  try {
    return decode(Buffer.from(message.buffer, message.byteOffset, message.byteLength));
  } catch {
    return undefined;
  }
}

/** @throws Error for bytes that are no frame of a known type. */
function decode(buffer: Buffer): Frame | undefined {
  const type = types[buffer.readUInt8(0)];
  const seq = buffer.readUInt32BE(1);
  const payload = buffer.subarray(HEADER);
  switch (type) {
    case undefined:
      return undefined;
    case 'data':
      return { type, seq, bytes: payload };
    case 'whole':
      return decodeWhole(seq, payload);
    case 'attempt':
      return { type, seq, attempt: decodeObject<AttemptStart>(payload) };
    case 'head':
      return { type, seq, head: decodeObject<AnswerHead>(payload) };
    case 'end':
      return { type, seq, summary: decodeObject<RunSummary>(payload) };
  }
}

function decodeWhole(seq: number, payload: Buffer): Frame {
  const { value, bytes } = splitJsonAndBytes<{ head: AnswerHead; summary: RunSummary }>(payload);
  return { type: 'whole', seq, head: value.head, summary: value.summary, bytes };
}
