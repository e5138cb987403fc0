import type { Random } from '#libs/kernel';

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789';

/** Makes ids in the vendors' shapes (`chatcmpl-…`, `msg_01…`): a prefix, then characters drawn from the random source. */
export type Identifiers = (prefix: string, length?: number) => string;

export function identifiersFrom(random: Random): Identifiers {
  return (prefix, length = 24) =>
    prefix + Array.from({ length }, () => alphabet.charAt(Math.floor(random() * alphabet.length))).join('');
}
