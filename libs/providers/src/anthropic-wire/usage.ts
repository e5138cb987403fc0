import type { Usage } from '#libs/contracts';
import { isJsonObject } from '#libs/kernel';
import { tokens } from '../answer-tally.js';

/** Anthropic counts cached prompt tokens beside `input_tokens`, not in it. */
interface Counts {
  readonly fresh: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

/** Merges a `usage` object into what is known: counts are cumulative, and an event leaves out or nulls what it does not repeat. */
export function readAnthropicUsage(usage: unknown, before?: Usage): Usage | undefined {
  if (!isJsonObject(usage)) return before;
  const known = before && countsOf(before);
  const count = (field: string, fallback = 0): number =>
    typeof usage[field] === 'number' ? tokens(usage[field]) : fallback;
  return usageOf({
    fresh: count('input_tokens', known?.fresh),
    output: count('output_tokens', known?.output),
    cacheRead: count('cache_read_input_tokens', known?.cacheRead),
    cacheWrite: count('cache_creation_input_tokens', known?.cacheWrite),
  });
}

function countsOf(usage: Usage): Counts {
  const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = usage;
  const fresh = inputTokens - cacheReadTokens - cacheWriteTokens;
  return { fresh, output: outputTokens, cacheRead: cacheReadTokens, cacheWrite: cacheWriteTokens };
}

function usageOf({ fresh, output, cacheRead, cacheWrite }: Counts): Usage {
  return {
    inputTokens: fresh + cacheRead + cacheWrite,
    outputTokens: output,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
  };
}
