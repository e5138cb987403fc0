import { createHash } from 'node:crypto';

const HASH_LENGTH = 32;

/**
 * An id as the other family will take it: unchanged where its pattern allows, else a hash of it, so that the same id
 * always gives the same one and a call and its result still belong together.
 */
export function shortId(id: string, allowed: RegExp, prefix: string): string {
  if (allowed.test(id)) return id;
  return prefix + createHash('sha256').update(id).digest('hex').slice(0, HASH_LENGTH);
}

/** Anthropic takes letters, digits, `_` and `-`. */
export const anthropicToolId = (id: string): string => shortId(id, /^[\w-]{1,64}$/, 'toolu_');

/** OpenAI takes at most 40 characters. */
export const openAiToolId = (id: string): string => shortId(id, /^.{1,40}$/s, 'call_');
