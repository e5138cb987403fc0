import type { JsonObject } from '#libs/kernel';
import { pick } from '../cross-family/fields.js';

/** What the answer turned out to hold. */
interface Outcome {
  readonly finishReason: string | undefined;
  readonly called: boolean;
  readonly refused: boolean;
}

const stopReasons: { readonly [finishReason: string]: string } = {
  length: 'max_tokens',
  content_filter: 'refusal',
};

/**
 * `stop_reason` and its companions. Some compatible servers finish with `stop` after a tool call, so the call decides;
 * which stop sequence ended an answer, OpenAI does not tell.
 */
export function toStop({ finishReason, called, refused }: Outcome): JsonObject {
  const cutShort = refused ? 'refusal' : pick(stopReasons, finishReason ?? '');
  const stop_reason = cutShort ?? (called ? 'tool_use' : 'end_turn');
  const stop_details = stop_reason === 'refusal' ? { type: 'refusal', category: null, explanation: null } : null;
  return { stop_reason, stop_sequence: null, stop_details };
}

/** Ends that are right although the answer holds no block. */
export function mayBeEmpty(finishReason: string | undefined): boolean {
  return pick(stopReasons, finishReason ?? '') !== undefined;
}
