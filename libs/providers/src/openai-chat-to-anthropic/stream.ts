import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import type { AnswerTally } from '../answer-tally.js';
import { hasAnthropicOutput, isAnthropicOutput } from '../anthropic-wire/output.js';
import { readAnthropicUsage } from '../anthropic-wire/usage.js';
import { NOTHING_SAID, readErrorFields } from '../error-fields.js';
import { inBandFault } from '../fault-of-error.js';
import { isFilled } from '../filled.js';
import type { SseEvent } from '../sse-event.js';
import { textBytes } from '../text-bytes.js';
import { chatIdentity, type ChatContext } from './chat-identity.js';
import { pick } from '../cross-family/fields.js';
import { toFinishReason } from './finish-reason.js';
import { refusalText } from './refusal.js';
import { failed, SILENCE, type EventTranslator, type Step } from '../cross-family/translated-stream.js';
import { toChatUsage } from './usage.js';

export interface ChatStreamContext extends ChatContext {
  /** The caller asked for a last chunk with usage. */
  readonly includeUsage: boolean;
}

interface State {
  /** As `message_start` gave it. */
  readonly message: JsonObject;
  /** Tool calls so far; the last one is under way until its block stops. */
  readonly calls: number;
  /** The call under way has had no arguments yet. */
  readonly bare: boolean;
  readonly refusal: string | null;
  readonly outputDetails: unknown;
}

/** The new state and, where the event says something to the caller, a delta of the caller's message. */
interface Reduced {
  readonly state: State;
  readonly delta?: JsonObject;
}

type Reduce = (state: State, event: JsonObject) => Reduced;

const begin: Reduce = (state, event) => ({ state: { ...state, message: objectIn(event, 'message') }, delta: {} });

const beginBlock: Reduce = (state, event) => {
  const block = objectIn(event, 'content_block');
  if (block['type'] === 'text') return say(state, 'content', block['text']);
  if (block['type'] === 'thinking') return say(state, 'reasoning_content', block['thinking']);
  return block['type'] === 'tool_use' ? beginCall(state, block) : { state };
};

const addToBlock: Reduce = (state, event) => {
  const delta = objectIn(event, 'delta');
  if (delta['type'] === 'text_delta') return say(state, 'content', delta['text']);
  if (delta['type'] === 'thinking_delta') return say(state, 'reasoning_content', delta['thinking']);
  return delta['type'] === 'input_json_delta' ? addArguments(state, delta['partial_json']) : { state };
};

/** A call without arguments is streamed as no JSON at all, where the caller's format wants an empty object. */
const endBlock: Reduce = (state) => (state.bare ? addArguments(state, '{}') : { state });

const end: Reduce = (state, event) => ({
  state: {
    ...state,
    refusal: refusalText(objectIn(event, 'delta')['stop_details']),
    outputDetails: objectIn(event, 'usage')['output_tokens_details'],
  },
});

/** By event type; others (`ping`, types yet to come) say nothing to the caller. */
const reducers: { readonly [type: string]: Reduce } = {
  message_start: begin,
  content_block_start: beginBlock,
  content_block_delta: addToBlock,
  content_block_stop: endBlock,
  message_delta: end,
};

/** Anthropic's stream events as chat completion chunks. */
export class ChatChunks implements EventTranslator {
  #state: State = { message: {}, calls: 0, bare: false, refusal: null, outputDetails: undefined };
  #begun = false;

  constructor(
    private readonly context: ChatStreamContext,
    readonly tally: AnswerTally,
  ) {}

  read({ event: name, data }: SseEvent): Step {
    const event = parseJson(data);
    const type = typeOf(event, name);
    if (type === 'error') return failed(inBandFault(readErrorFields('anthropic', event) ?? NOTHING_SAID));
    if (!isJsonObject(event)) {
      this.tally.malformed += 1;
      return SILENCE;
    }
    this.#count(event);
    if (this.tally.modelFault) return failed(this.tally.modelFault);
    if (type === 'message_stop') return this.#finish();
    const { state, delta } = pick(reducers, type)?.(this.#state, event) ?? { state: this.#state };
    this.#state = state;
    const output = outputOf(event);
    this.tally.outputBytes += textBytes(output);
    return { text: delta === undefined ? '' : this.#chunk(delta), content: output !== undefined };
  }

  #count(event: JsonObject): void {
    const message = objectIn(event, 'message');
    const reason = objectIn(event, 'delta')['stop_reason'];
    this.tally.usage = readAnthropicUsage(event['usage'] ?? message['usage'], this.tally.usage);
    this.tally.serve(message['model']);
    if (typeof reason === 'string') this.tally.finishReason = reason;
  }

  #finish(): Step {
    const { refusal, outputDetails } = this.#state;
    const { usage, finishReason } = this.tally.report();
    const empty = refusal === null ? this.tally.endFault() : undefined;
    if (empty) return failed(empty);
    if (finishReason === undefined) return failed({ fault: 'cut', detail: 'the stream ended without a stop reason' });
    const said = refusal === null ? '' : this.#chunk({ refusal });
    const finish = this.#chunk({}, toFinishReason(finishReason));
    const counted = this.context.includeUsage
      ? this.#event({ choices: [], usage: toChatUsage(usage, outputDetails) })
      : '';
    return { text: `${said}${finish}${counted}data: [DONE]\n\n`, content: refusal !== null, ended: true };
  }

  /** The first chunk names the role. */
  #chunk(change: JsonObject, finishReason: string | null = null): string {
    const delta = this.#begun ? change : { role: 'assistant', content: '', ...change };
    this.#begun = true;
    return this.#event({ choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }] });
  }

  #event(fields: JsonObject): string {
    const chunk = { ...chatIdentity(this.#state.message, this.context), object: 'chat.completion.chunk', ...fields };
    return `data: ${JSON.stringify(chunk)}\n\n`;
  }
}

/** Proxies that speak OpenAI to themselves send an error without saying that it is one. */
function typeOf(event: unknown, name: string | undefined): string {
  if (!isJsonObject(event)) return name ?? '';
  if (typeof event['type'] === 'string') return event['type'];
  return name ?? (isJsonObject(event['error']) ? 'error' : '');
}

/** `undefined` where the event has none. */
function outputOf({ type, content_block: block, delta }: JsonObject): unknown {
  if (type === 'content_block_start') return isAnthropicOutput(block) ? block : undefined;
  return type === 'content_block_delta' && hasAnthropicOutput(delta) ? delta : undefined;
}

function objectIn(event: JsonObject, field: string): JsonObject {
  const value = event[field];
  return isJsonObject(value) ? value : {};
}

function say(state: State, field: 'content' | 'reasoning_content', text: unknown): Reduced {
  return typeof text === 'string' && text !== '' ? { state, delta: { [field]: text } } : { state };
}

function beginCall(state: State, block: JsonObject): Reduced {
  const { id, name, input } = block;
  const bare = !isFilled(input);
  const called = { name, arguments: bare ? '' : JSON.stringify(input) };
  return {
    state: { ...state, calls: state.calls + 1, bare },
    delta: { tool_calls: [{ index: state.calls, id, type: 'function', function: called }] },
  };
}

function addArguments(state: State, json: unknown): Reduced {
  if (typeof json !== 'string' || json === '' || state.calls === 0) return { state };
  return {
    state: { ...state, bare: false },
    delta: { tool_calls: [{ index: state.calls - 1, function: { arguments: json } }] },
  };
}
