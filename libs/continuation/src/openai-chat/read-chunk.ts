import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import { isFilled } from '#libs/providers';
import { countIn, objectIn, pickFields, stringIn } from '../json-parts.js';
import type { ReadTrail, TrailState } from '../trail-state.js';

const IDENTITY = ['id', 'created', 'model'] as const;

/** Follows a stream of chat completion chunks. */
export const readChunk: ReadTrail = (state, { data }) => {
  if (data === '[DONE]') return { ...state, over: true };
  const chunk = parseJson(data);
  if (!isJsonObject(chunk)) return state;
  if (isFilled(chunk['error'])) return { ...state, over: true };
  const choices = Array.isArray(chunk['choices']) ? chunk['choices'] : [];
  const known: TrailState = {
    ...state,
    identity: isFilled(state.identity['id']) ? state.identity : pickFields(chunk, IDENTITY),
    outputTokens: Math.max(state.outputTokens, countIn(objectIn(chunk, 'usage'), 'completion_tokens')),
  };
  return choices.filter(isJsonObject).reduce(readChoice, known);
};

function readChoice(state: TrailState, choice: JsonObject): TrailState {
  const delta = objectIn(choice, 'delta');
  return {
    ...state,
    begun: true,
    text: state.text + stringIn(delta, 'content'),
    foreign: state.foreign || isForeign(choice, delta),
    over: state.over || isFilled(choice['finish_reason']),
  };
}

/** A second choice, log probabilities, calls, reasoning, refusals: all that is not one text. */
function isForeign(choice: JsonObject, delta: JsonObject): boolean {
  if (isFilled(choice['index']) || isFilled(choice['logprobs'])) return true;
  return Object.entries(delta).some(([name, value]) => {
    if (name === 'role') return false;
    return isFilled(value) && !(name === 'content' && typeof value === 'string');
  });
}

/** What compatible servers stream before the text. */
const REASONING: ReadonlySet<string> = new Set(['reasoning_content', 'reasoning', 'reasoning_details']);

export function isReasoning(delta: JsonObject): boolean {
  return Object.entries(delta).some(([name, value]) => REASONING.has(name) && isFilled(value));
}

/** Whether the chunk says what comes behind all text: why it ended, a call, the usage. */
export function endsText(chunk: JsonObject, choice: JsonObject, delta: JsonObject): boolean {
  if (!isFilled(chunk['choices'])) return isFilled(chunk['usage']);
  if (isFilled(choice['finish_reason'])) return true;
  return Object.entries(delta).some(
    ([name, value]) => name !== 'role' && name !== 'content' && !REASONING.has(name) && isFilled(value),
  );
}
