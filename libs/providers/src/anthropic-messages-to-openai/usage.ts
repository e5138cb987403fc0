import type { Usage } from '#libs/contracts';
import type { JsonObject } from '#libs/kernel';

/** `usage` of an Anthropic message, whose `input_tokens` leave out what the cache read or wrote. */
export function toMessagesUsage(usage: Usage): JsonObject {
  return {
    input_tokens: Math.max(0, usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens),
    cache_creation_input_tokens: usage.cacheWriteTokens,
    cache_read_input_tokens: usage.cacheReadTokens,
    output_tokens: usage.outputTokens,
  };
}
