import { decodeObject, encodeJson } from './json.js';

const LENGTH = 4;

/** An object with raw bytes behind it: four bytes of length (big endian), the object as JSON, the bytes as they are. */
export function jsonAndBytes(value: object, bytes: Uint8Array): readonly Uint8Array[] {
  const json = encodeJson(value);
  const length = Buffer.alloc(LENGTH);
  length.writeUInt32BE(json.byteLength);
  return [length, json, bytes];
}

/** The two again, the bytes as a view. @throws Error where they are something else, or cut short. */
export function splitJsonAndBytes<Value>(buffer: Buffer): { readonly value: Value; readonly bytes: Uint8Array } {
  const bytesAt = LENGTH + buffer.readUInt32BE(0);
  if (bytesAt > buffer.byteLength) throw new Error('a message is cut short');
  return { value: decodeObject<Value>(buffer.subarray(LENGTH, bytesAt)), bytes: buffer.subarray(bytesAt) };
}
