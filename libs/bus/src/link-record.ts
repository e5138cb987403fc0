import { encodeRecord } from './record-splitter.js';

/** What a dispatcher says first on its connection to an ingress. */
export interface LinkHello {
  readonly secret: string;
  readonly dispatcher: string;
}

/** A call's token with its length: before its run one way, before its frames the other. */
export function linkName(token: string): Uint8Array {
  return Buffer.from(`${String.fromCharCode(token.length)}${token}`, 'latin1');
}

/** What a record holds: the name of a call, and what is said of it; `undefined` for {@link drainRecord}. */
export function readLinkRecord(record: Buffer): { readonly name: Buffer; readonly payload: Buffer } | undefined {
  const nameEnd = 1 + record.readUInt8(0);
  return nameEnd === 1 ? undefined : { name: record.subarray(0, nameEnd), payload: record.subarray(nameEnd) };
}

export function tokenOf(name: Buffer): string {
  return name.toString('latin1', 1);
}

/** Said by a dispatcher that takes no more calls, and said back behind the last one that is on its way. */
export const drainRecord = encodeRecord([linkName('')]);
