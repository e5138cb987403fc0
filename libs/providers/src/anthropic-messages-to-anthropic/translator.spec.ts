import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callBody } from '../call-body.fixture.js';
import { chunked, decode, drain, encode, sse } from '../stream.fixture.js';
import type { StreamTranslator } from '../translator.js';
import { anthropicMessagesToAnthropic } from './translator.js';

const target = {
  provider: 'anthropic',
  providerModel: 'claude-sonnet-4-5-20250929',
  maxOutputTokens: 1000,
  servedAs: [],
  checkServed: false,
} as const;
const exchange = (json = '{"model":"m","stream":true}', forward = {}) =>
  anthropicMessagesToAnthropic(callBody(json, forward), target);
const stream = (): StreamTranslator => exchange().stream();
const run = (text: string) => drain(stream(), [encode(text)]);

const event = (data: { readonly type: string; readonly [field: string]: unknown }) => sse(data, data.type);
const message = (more: object) => ({
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5-20250929',
  content: [],
  stop_reason: null,
  stop_sequence: null,
  ...more,
});
const start = event({
  type: 'message_start',
  message: message({
    usage: { input_tokens: 25, cache_creation_input_tokens: 100, cache_read_input_tokens: 1000, output_tokens: 1 },
  }),
});
const ping = event({ type: 'ping' });
const blockStart = (block: object) => event({ type: 'content_block_start', index: 0, content_block: block });
const delta = (value: object) => event({ type: 'content_block_delta', index: 0, delta: value });
const textStart = blockStart({ type: 'text', text: '' });
const text = delta({ type: 'text_delta', text: 'Grüße' });
const blockStop = event({ type: 'content_block_stop', index: 0 });
const stopWith = (reason: string | null) =>
  event({ type: 'message_delta', delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 15 } });
const finish = stopWith('end_turn');
const stop = event({ type: 'message_stop' });
const error = (type: string) => event({ type: 'error', error: { type, message: 'Oops' }, request_id: 'req_1' });

describe('the request to a provider that speaks Messages', () => {
  it('passes through with only the model replaced', () => {
    const body = '{"messages":[ {"role":"user","content":"\\u00e9"} ], "model" : "m","max_tokens":1e3}';
    const { request } = exchange(body);
    expect(request).toMatchObject({ path: '/messages' });
    expect(decode(Buffer.concat(request.body))).toBe(body.replace('"m"', '"claude-sonnet-4-5-20250929"'));
  });

  it.each([
    ['{"model":"m"}', {}, { accept: 'application/json', 'anthropic-version': '2023-06-01' }],
    [
      '{"model":"m","stream":true}',
      { 'anthropic-version': '2024-01-01', 'anthropic-beta': 'a,b', 'x-other': '1' },
      { accept: 'text/event-stream', 'anthropic-version': '2024-01-01', 'anthropic-beta': 'a,b' },
    ],
  ])('has the headers that go with %s', (body, forward, headers) => {
    expect(exchange(body, forward).request.headers).toEqual({ 'content-type': 'application/json', ...headers });
  });
});

describe('a Messages stream', () => {
  const whole = start + textStart + ping + text + blockStop + finish + stop;

  it('passes byte for byte, with the usage of its start and end merged', () => {
    expect(run(whole)).toEqual({
      text: whole,
      content: true,
      ended: true,
      fault: undefined,
      report: {
        servedVersion: 'claude-sonnet-4-5-20250929',
        finishReason: 'end_turn',
        usage: { inputTokens: 1125, outputTokens: 15, cacheReadTokens: 1000, cacheWriteTokens: 100 },
        usageReported: true,
        content: true,
        outputBytes: 7,
        refused: false,
        malformed: 0,
      },
    });
  });

  it('takes the cumulative counts of the end, and keeps those that it nulls', () => {
    const end = event({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn' },
      usage: { input_tokens: 30, cache_creation_input_tokens: null, cache_read_input_tokens: 2000, output_tokens: 7 },
    });
    expect(run(start + text + end + stop).report.usage).toEqual({
      inputTokens: 2130,
      outputTokens: 7,
      cacheReadTokens: 2000,
      cacheWriteTokens: 100,
    });
  });

  it('delivers each event at once, but holds the finish back until the terminator', () => {
    const translator = stream();
    const push = (piece: string) => {
      const { bytes, content, ended } = translator.push(encode(piece));
      return [decode(bytes), content, ended];
    };
    expect(push(start)).toEqual([start, false, false]);
    expect(push(ping)).toEqual([ping, false, false]);
    expect(push(textStart)).toEqual([textStart, false, false]);
    expect(push(text)).toEqual([text, true, false]);
    expect(push(blockStop)).toEqual([blockStop, false, false]);
    expect(push(stopWith(null))).toEqual([stopWith(null), false, false]);
    expect(push(finish)).toEqual(['', false, false]);
    expect(push(ping)).toEqual(['', false, false]);
    expect(push(stop + ping)).toEqual([finish + ping + stop, false, true]);
    expect(translator.close().fault).toBeUndefined();
  });

  it.each<[string, string, boolean]>([
    ['an empty text block', textStart, false],
    ['a text block that begins with text', blockStart({ type: 'text', text: 'x' }), true],
    ['an empty thinking block', blockStart({ type: 'thinking', thinking: '', signature: '' }), false],
    ['redacted thinking', blockStart({ type: 'redacted_thinking', data: 'x' }), true],
    ['a tool call', blockStart({ type: 'tool_use', id: 't', name: 'f', input: {} }), true],
    ['a server tool call', blockStart({ type: 'server_tool_use', id: 't', name: 'web_search', input: {} }), true],
    ['a server tool result', blockStart({ type: 'web_search_tool_result', tool_use_id: 't', content: [] }), true],
    ['empty text', delta({ type: 'text_delta', text: '' }), false],
    ['thinking', delta({ type: 'thinking_delta', thinking: 'Hm' }), true],
    ['omitted thinking', delta({ type: 'thinking_delta', thinking: '', estimated_tokens: null }), false],
    ['counted thinking', delta({ type: 'thinking_delta', thinking: '', estimated_tokens: 64 }), true],
    ['a signature', delta({ type: 'signature_delta', signature: 'x' }), true],
    ['the start of tool input', delta({ type: 'input_json_delta', partial_json: '' }), false],
    ['tool input', delta({ type: 'input_json_delta', partial_json: '{' }), true],
    ['a citation', delta({ type: 'citations_delta', citation: { type: 'char_location' } }), true],
    ['an event yet to come', event({ type: 'message_mood', mood: 'good' }), false],
  ])('passes and knows whether it is output: %s', (_name, wire, content) => {
    const progress = stream().push(encode(wire));
    expect(progress).toMatchObject({ content, ended: false });
    expect(decode(progress.bytes)).toBe(wire);
  });

  it.each<[string, string, string, string]>([
    ['a cut', start + text, 'cut', start + text],
    ['a cut after the stop reason', start + text + finish, 'cut', start + text],
    ['a terminator without a stop reason', start + text + stop, 'cut', start + text],
    ['a terminator cut short', start + text + finish + stop.slice(0, -1), 'cut', start + text],
    ['no byte at all', '', 'cut', ''],
    ['congestion', start + error('overloaded_error'), 'overloaded', start],
    ['a rate limit', error('rate_limit_error'), 'rate_limited', ''],
    ['an empty account', error('billing_error'), 'money_gone', ''],
    ['an error', text + error('api_error') + stop, 'error_event', text],
    ['an error after the stop reason', text + finish + error('api_error') + stop, 'error_event', text],
    ['an error that is no JSON', text + sse('oops', 'error'), 'error_event', text],
    ['an empty answer', start + finish + stop, 'wrong_output', start],
    ['an empty block', start + textStart + blockStop + finish + stop, 'wrong_output', start + textStart + blockStop],
  ])('fails by %s', (_name, wire, fault, delivered) => {
    expect(run(wire)).toMatchObject({ fault, text: delivered, ended: false });
  });

  it.each(['max_tokens', 'tool_use', 'stop_sequence', 'pause_turn', 'refusal', 'model_context_window_exceeded'])(
    'may end without text by %s',
    (reason) => {
      expect(run(start + stopWith(reason) + stop)).toMatchObject({ ended: true, fault: undefined });
    },
  );

  it('skips what is no event, and counts it', () => {
    const result = run(start + sse('{"type":', 'content_block_delta') + text + sse('7', 'ping') + finish + stop);
    expect(result).toMatchObject({ text: start + text + finish + stop, ended: true, report: { malformed: 2 } });
  });

  it('means the same however it is chunked', () => {
    const piece = fc.constantFrom(
      start,
      ping,
      textStart,
      text,
      blockStop,
      finish,
      stop,
      ': c\n\n',
      sse('{'),
      error('api_error'),
      '\r',
      'data',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 10 }), (pieces, cuts) => {
        const wire = encode(pieces.join(''));
        const expected = drain(stream(), [wire]);
        expect(drain(stream(), chunked(wire, cuts))).toEqual(expected);
        expect(
          drain(
            stream(),
            Array.from(wire, (byte) => Uint8Array.of(byte)),
          ),
        ).toEqual(expected);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a whole message', () => {
  const answer = (content: unknown, reason: string | null = 'end_turn') =>
    JSON.stringify(message({ content, stop_reason: reason, usage: { input_tokens: 3, output_tokens: 2 } }));
  const read = (json: string) => exchange('{"model":"m"}').answer(encode(json));

  it('passes byte for byte', () => {
    const bytes = encode(`${answer([{ type: 'text', text: 'Hé' }])}\n`);
    const result = exchange('{"model":"m"}').answer(bytes);
    expect(result.report).toEqual({
      servedVersion: 'claude-sonnet-4-5-20250929',
      finishReason: 'end_turn',
      usage: { inputTokens: 3, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 },
      usageReported: true,
      content: true,
      outputBytes: 0,
      refused: false,
      malformed: 0,
    });
    expect('bytes' in result && result.bytes).toBe(bytes);
  });

  it.each([
    ['no JSON', '<html>', 'wrong_output'],
    ['nothing', '', 'wrong_output'],
    ['no content', JSON.stringify({ type: 'message', stop_reason: 'tool_use' }), 'wrong_output'],
    ['empty content', answer([]), 'wrong_output'],
    ['an empty text', answer([{ type: 'text', text: '' }]), 'wrong_output'],
    ['an error', JSON.stringify({ type: 'error', error: { type: 'api_error', message: 'x' } }), 'error_event'],
    ['congestion', JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'x' } }), 'overloaded'],
  ])('is a fault with %s', (_name, json, fault) => {
    expect(read(json).fault?.fault).toBe(fault);
  });

  it.each([
    ['a tool call', answer([{ type: 'tool_use', id: 't', name: 'f', input: {} }], 'tool_use')],
    ['a refusal', answer([], 'refusal')],
    ['a limit', answer([], 'max_tokens')],
  ])('needs no text with %s', (_name, json) => {
    expect(read(json).fault).toBeUndefined();
  });
});
