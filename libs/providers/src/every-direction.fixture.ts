import type { Family, Surface } from '#libs/contracts';
import { callBody } from './call-body.fixture.js';
import { makeOpenAiChatToAnthropic } from './openai-chat-to-anthropic/translator.js';
import { translatorFor } from './registry.js';
import { sse } from './stream.fixture.js';
import type { Exchange } from './translator.js';

/** A way of a call through the translators. */
export interface Direction {
  readonly surface: Surface;
  readonly family: Family;
}

export const directions: readonly (readonly [string, Direction])[] = [
  ['chat to OpenAI', { surface: 'openai-chat', family: 'openai' }],
  ['chat to Anthropic', { surface: 'openai-chat', family: 'anthropic' }],
  ['messages to OpenAI', { surface: 'anthropic-messages', family: 'openai' }],
  ['messages to Anthropic', { surface: 'anthropic-messages', family: 'anthropic' }],
];

export interface Served {
  readonly providerModel?: string;
  readonly servedAs?: readonly string[];
  readonly checkServed?: boolean;
}

/** Its answers bear the time, which must not pass while they are compared. */
const chatToAnthropic = makeOpenAiChatToAnthropic({ now: () => 1_700_000_000_000 });

/** A streamed call for `asked-1`. */
export function exchangeFor({ surface, family }: Direction, served: Served = {}): Exchange {
  const messages = [{ role: 'user', content: 'Hi' }];
  const body = callBody(JSON.stringify({ model: 'route', max_tokens: 9, messages, stream: true }));
  const target = { providerModel: 'asked-1', servedAs: [], checkServed: true, ...served };
  const translate =
    surface === 'openai-chat' && family === 'anthropic' ? chatToAnthropic : translatorFor(surface, family);
  return translate(body, { provider: family, maxOutputTokens: 100, ...target });
}

/** The events of an answer, as each family writes them. */
export interface Wire {
  readonly start: (model?: string) => string;
  /** Says nothing. */
  readonly empty: readonly string[];
  readonly text: string;
  readonly refusal: string;
  readonly finish: (reason?: string) => string;
  readonly done: string;
  readonly errors: readonly string[];
  readonly whole: (content: string, reason?: string, model?: string) => string;
  readonly refusedBy: string;
}

const chunk = (delta: object, finish_reason: string | null = null, model = 'asked-1') =>
  sse({
    id: 'chatcmpl-1',
    object: 'chat.completion.chunk',
    created: 1,
    model,
    choices: [{ index: 0, delta, finish_reason }],
  });

const openai: Wire = {
  start: (model) => chunk({ role: 'assistant', content: '' }, null, model),
  empty: [
    chunk({}),
    chunk({ content: '' }),
    chunk({ content: [{ type: 'text', text: '' }] }),
    chunk({ reasoning_details: [{ type: 'reasoning.text', text: '', format: null, index: 0 }] }),
    chunk({ tool_calls: [{ index: 0, type: 'function', function: { arguments: '' } }] }),
    sse({ id: '', object: '', created: 0, model: '', choices: [], prompt_filter_results: [] }),
    sse({ type: 'ping' }, 'ping'),
    ': OPENROUTER PROCESSING\n\n',
    'event: keep-alive\n\n',
  ],
  text: chunk({ content: 'Grüße' }),
  refusal: chunk({ refusal: 'I cannot.' }),
  finish: (reason = 'stop') => chunk({}, reason),
  done: sse('[DONE]'),
  errors: [
    sse({ error: { message: 'Oops', type: 'server_error', code: 500 } }),
    sse({ error: { message: 'Oops' } }, 'error'),
    sse({ message: 'Oops' }, 'error'),
    sse('Oops', 'error'),
    sse({ object: 'error', message: 'Oops', type: 'InternalServerError', code: 500 }),
    sse({
      id: 'gen-1',
      choices: [{ index: 0, delta: { content: '' }, finish_reason: 'error' }],
      error: { message: 'Oops' },
    }),
    sse({ choices: [{ index: 0, delta: {}, error: { code: 502, message: 'Oops' }, finish_reason: 'error' }] }),
    chunk({ content: '' }, 'error'),
  ],
  whole: (content, finish_reason = 'stop', model = 'asked-1') =>
    JSON.stringify({ id: 'c', model, choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason }] }),
  refusedBy: 'content_filter',
};

const event = (data: { readonly type: string; readonly [field: string]: unknown }) => sse(data, data.type);
const delta = (value: object) => event({ type: 'content_block_delta', index: 0, delta: value });
const message = { id: 'msg_1', type: 'message', role: 'assistant' };
const usage = { input_tokens: 3, output_tokens: 1 };

const anthropic: Wire = {
  start: (model = 'asked-1') =>
    event({ type: 'message_start', message: { ...message, model, content: [], stop_reason: null, usage } }) +
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  empty: [
    event({ type: 'ping' }),
    delta({ type: 'text_delta', text: '' }),
    ': keep-alive\n\n',
    event({ type: 'to_come' }),
  ],
  text: delta({ type: 'text_delta', text: 'Grüße' }),
  refusal: '',
  finish: (reason = 'end_turn') =>
    event({ type: 'content_block_stop', index: 0 }) +
    event({ type: 'message_delta', delta: { stop_reason: reason }, usage: { output_tokens: 5 } }),
  done: event({ type: 'message_stop' }),
  errors: [
    event({ type: 'error', error: { type: 'api_error', message: 'Oops' } }),
    sse({ error: { type: 'api_error', message: 'Oops' } }, 'error'),
    sse({ type: 'error', error: { type: 'api_error', message: 'Oops' } }),
    sse({ error: { message: 'Oops', code: 500 } }),
    sse('Oops', 'error'),
  ],
  whole: (text, stop_reason = 'end_turn', model = 'asked-1') =>
    JSON.stringify({ ...message, model, content: [{ type: 'text', text }], stop_reason, usage }),
  refusedBy: 'refusal',
};

export const wires: { readonly [family in Family]: Wire } = { openai, anthropic };
