/** Values cross the bus as UTF-8 JSON, between services compiled against the same contracts. */
export function encodeJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** The caller states the contract's type; both ends of a subject are ours. */
export function decodeJson<Value>(data: Uint8Array): Value {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- compiled against one contract, not checked again on the hot path
  return JSON.parse(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString()) as Value;
}
