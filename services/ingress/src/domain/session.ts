import { createHash } from 'node:crypto';
import type { FieldSpans } from '#libs/contracts';

/** Where callers name what their calls have in common; the first that is there counts. */
const NAMING = ['prompt_cache_key', 'user', 'metadata'];
/** The opening of a conversation is the same in all its calls, and what a provider's prompt cache holds. */
const OPENING = ['system', 'messages'];
const OPENING_BYTES = 1024;

export interface SessionSource {
  /** Of the header `x-breakwater-session`. */
  readonly header: string | undefined;
  readonly body: Uint8Array;
  readonly fields: FieldSpans;
  /** The key's id: sessions of two keys have nothing in common. */
  readonly key: string;
}

/** What the calls of one session have in common, as 16 hexadecimal digits that tell nothing of it. */
export function sessionOf({ header, body, fields, key }: SessionSource): string {
  const hash = createHash('sha256').update(key).update('\n');
  const named = NAMING.find((name) => fields[name] !== undefined);
  if (header !== undefined) hash.update(`header\n${header}`);
  else for (const name of named === undefined ? OPENING : [named]) hash.update(opening(body, fields[name]));
  return hash.digest('hex').slice(0, 16);
}

function opening(body: Uint8Array, span: readonly [number, number] | undefined): Uint8Array {
  return span ? body.subarray(span[0], Math.min(span[1], span[0] + OPENING_BYTES)) : new Uint8Array();
}
