import type { Usage } from '#libs/contracts';
import { isJsonObject } from '#libs/kernel';
import { tokens } from '../answer-tally.js';

/** The `usage` object of a chat completion or chunk; `undefined` where it is missing or null. */
export function readOpenAiUsage(usage: unknown): Usage | undefined {
  if (!isJsonObject(usage)) return undefined;
  const details = isJsonObject(usage['prompt_tokens_details']) ? usage['prompt_tokens_details'] : {};
  return {
    inputTokens: tokens(usage['prompt_tokens']),
    outputTokens: tokens(usage['completion_tokens']),
    cacheReadTokens: tokens(details['cached_tokens']),
    cacheWriteTokens: tokens(details['cache_write_tokens']),
  };
}
