import { isJsonObject } from '#libs/kernel';

/** Names and proofs, which no model writes token by token. */
const NO_TEXT: ReadonlySet<string> = new Set(['type', 'id', 'role', 'signature', 'data', 'encrypted_content']);

/** UTF-8 bytes of all the text in an output or a prompt: what a tokenizer makes tokens of. */
export function textBytes(value: unknown): number {
  // Images and files have a tongue of their own.
  if (typeof value === 'string') return value.startsWith('data:') ? 0 : Buffer.byteLength(value);
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + textBytes(item), 0);
  if (!isJsonObject(value)) return 0;
  return Object.entries(value).reduce((sum, [name, item]) => (NO_TEXT.has(name) ? sum : sum + textBytes(item)), 0);
}
