import { pick } from '../cross-family/fields.js';

const finishReasons: { readonly [stopReason: string]: string } = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  refusal: 'content_filter',
};

/** Reasons that Anthropic may add later are read as an ordinary end. */
export function toFinishReason(stopReason: string | undefined): string {
  return pick(finishReasons, stopReason ?? '') ?? 'stop';
}
