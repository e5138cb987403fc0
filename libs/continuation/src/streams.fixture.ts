import fc from 'fast-check';
import type { Surface } from '#libs/contracts';
import { isJsonObject, type JsonObject } from '#libs/kernel';
import { SseSplitter } from '#libs/providers';

export interface Told {
  readonly id?: string;
  readonly model?: string;
  readonly finish?: string;
  readonly promptTokens?: number;
  readonly outputTokens?: number;
}

export const surfaces = ['openai-chat', 'anthropic-messages'] as const satisfies readonly Surface[];

/** The events of a whole streamed answer whose text comes in these pieces; the last three or four are its end. */
export function answerEvents(surface: Surface, pieces: readonly string[], told: Told = {}): readonly string[] {
  return surface === 'openai-chat' ? chatEvents(pieces, told) : messageEvents(pieces, told);
}

/** How many of them come before the text. */
export const leadIn: Record<Surface, number> = { 'openai-chat': 1, 'anthropic-messages': 3 };

function chatEvents(pieces: readonly string[], told: Told): readonly string[] {
  const { id = 'chatcmpl-1', model = 'gpt-5', finish = 'stop', promptTokens = 10, outputTokens = 5 } = told;
  const envelope = { id, object: 'chat.completion.chunk', created: id.length, model, system_fingerprint: 'fp' };
  const chunk = (delta: JsonObject, reason: string | null = null): string =>
    sse({ ...envelope, choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }], usage: null });
  const counts = { prompt_tokens: promptTokens, completion_tokens: outputTokens };
  const usage = { ...counts, total_tokens: promptTokens + outputTokens };
  return [
    chunk({ role: 'assistant', content: '', refusal: null }),
    ...pieces.map((content) => chunk({ content })),
    chunk({}, finish),
    sse({ ...envelope, choices: [], usage }),
    'data: [DONE]\n\n',
  ];
}

function messageEvents(pieces: readonly string[], told: Told): readonly string[] {
  const { id = 'msg_1', model = 'claude', finish = 'end_turn', promptTokens = 10, outputTokens = 5 } = told;
  const usage = { input_tokens: promptTokens, cache_read_input_tokens: 0, output_tokens: 1 };
  const stop = { stop_reason: null, stop_sequence: null };
  const message = { id, type: 'message', role: 'assistant', model, content: [], ...stop, usage };
  const delta = (text: string): string =>
    named({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
  return [
    named({ type: 'message_start', message }),
    named({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    named({ type: 'ping' }),
    ...pieces.map(delta),
    named({ type: 'content_block_stop', index: 0 }),
    named({
      type: 'message_delta',
      delta: { ...stop, stop_reason: finish },
      usage: { input_tokens: promptTokens, output_tokens: outputTokens },
    }),
    named({ type: 'message_stop' }),
  ];
}

export function sse(data: JsonObject): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

export function named(event: JsonObject): string {
  return `event: ${String(event['type'])}\n${sse(event)}`;
}

/** Cuts bytes at the given places, wrapped to their number. */
export function cutAt(text: string, cuts: readonly number[]): readonly Uint8Array[] {
  const bytes = Buffer.from(text);
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

export const anyCuts = fc.array(fc.nat(), { maxLength: 20 });

/** The JSON of the events in a stream; comments and what is no JSON stay text. */
export function parsed(stream: string): readonly unknown[] {
  return new SseSplitter()
    .push(Buffer.from(stream))
    .map(({ kind, data, raw }): unknown =>
      kind === 'comment' || data === '[DONE]' ? Buffer.from(raw).toString().trim() : JSON.parse(data),
    );
}

/** All text that a reader of the stream puts together. */
export function textOf(stream: string): string {
  return parsed(stream).map(textIn).join('');
}

function textIn(event: unknown): string {
  if (!isJsonObject(event)) return '';
  const choice: unknown = Array.isArray(event['choices']) ? event['choices'][0] : undefined;
  const holder = isJsonObject(choice) ? choice : event;
  const delta = isJsonObject(holder['delta']) ? holder['delta'] : {};
  const text = delta['content'] ?? delta['text'];
  return typeof text === 'string' ? text : '';
}
