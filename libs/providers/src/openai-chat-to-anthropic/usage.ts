import type { Usage } from '#libs/contracts';
import { isJsonObject, type JsonObject } from '#libs/kernel';
import { tokens } from '../answer-tally.js';

/** `usage` of a chat completion; `details` is Anthropic's `output_tokens_details`, where it came. */
export function toChatUsage(usage: Usage, details: unknown): JsonObject {
  return {
    prompt_tokens: usage.inputTokens,
    completion_tokens: usage.outputTokens,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: { cached_tokens: usage.cacheReadTokens, cache_write_tokens: usage.cacheWriteTokens },
    completion_tokens_details: { reasoning_tokens: isJsonObject(details) ? tokens(details['thinking_tokens']) : 0 },
  };
}
