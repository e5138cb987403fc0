import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import { isFilled } from '#libs/providers';
import { countIn, objectIn, pickFields, stringIn } from '../json-parts.js';
import type { ReadTrail, TrailState } from '../trail-state.js';

const IDENTITY = ['id', 'model'] as const;
export const PROMPT_USAGE = ['input_tokens', 'cache_creation_input_tokens', 'cache_read_input_tokens'] as const;

type Reduce = (state: TrailState, event: JsonObject) => TrailState;

/** By event type; others (`ping`, types yet to come) say nothing of the answer. */
const reducers: ReadonlyMap<unknown, Reduce> = new Map<unknown, Reduce>([
  ['message_start', begin],
  ['content_block_start', openBlock],
  ['content_block_delta', addToBlock],
  ['content_block_stop', (state) => ({ ...state, openBlock: undefined })],
  ['message_delta', (state, event) => ({ ...state, over: isFilled(objectIn(event, 'delta')['stop_reason']) })],
  ['message_stop', (state) => ({ ...state, over: true })],
  ['error', (state) => ({ ...state, over: true })],
]);

/** Follows a stream of message events. */
export const readEvent: ReadTrail = (state, { event: name, data }) => {
  if (name === 'ping') return state;
  const event = parseJson(data);
  return isJsonObject(event) ? (reducers.get(event['type'])?.(state, event) ?? state) : state;
};

function begin(state: TrailState, event: JsonObject): TrailState {
  const message = objectIn(event, 'message');
  const usage = objectIn(message, 'usage');
  return {
    ...state,
    begun: true,
    identity: pickFields(message, IDENTITY),
    promptUsage: pickFields(usage, PROMPT_USAGE),
    outputTokens: countIn(usage, 'output_tokens'),
  };
}

function openBlock(state: TrailState, event: JsonObject): TrailState {
  const block = objectIn(event, 'content_block');
  const index = countIn(event, 'index');
  return {
    ...state,
    text: state.text + stringIn(block, 'text'),
    foreign: state.foreign || block['type'] !== 'text' || isFilled(block['citations']),
    openBlock: index,
    nextBlock: index + 1,
  };
}

function addToBlock(state: TrailState, event: JsonObject): TrailState {
  const delta = objectIn(event, 'delta');
  if (delta['type'] !== 'text_delta') return { ...state, foreign: true };
  return { ...state, text: state.text + stringIn(delta, 'text') };
}
