import { isJsonObject, parseJson } from '#libs/kernel';

/** Values cross the bus as UTF-8 JSON, between services compiled against the same contracts. */
export function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/**
 * The caller states the contract's type; both ends of a subject are ours.
 * @throws Error where it is not JSON; the parser's own error would quote the data, and end in a log.
 */
export function decodeJson<Value>(data: Uint8Array): Value {
  const value = parseJson(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString());
  if (value === undefined) throw new Error('a message is not JSON');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- compiled against one contract, not checked again on the hot path
  return value as Value;
}

/** For messages that may come from anybody. @throws Error where it is no JSON object. */
export function decodeObject<Value>(data: Uint8Array): Value {
  const value = decodeJson<Value>(data);
  if (!isJsonObject(value)) throw new Error('a message is not a JSON object');
  return value;
}
