import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callBody } from '../call-body.fixture.js';
import { chunked, decode, drain, encode, sse } from '../stream.fixture.js';
import type { StreamTranslator } from '../translator.js';
import { openAiChatToOpenAi } from './translator.js';

const target = {
  provider: 'openai',
  providerModel: 'gpt-5.2-2025-12-11',
  maxOutputTokens: 1000,
  servedAs: [],
  checkServed: false,
} as const;
const exchange = (json: string) => openAiChatToOpenAi(callBody(json), target);
const sentBody = (json: string) => decode(Buffer.concat(exchange(json).request.body));

const withUsage = '{"model":"m","stream":true,"stream_options":{"include_usage":true}}';
const stream = (body = '{"model":"m","stream":true}'): StreamTranslator => exchange(body).stream();
const run = (text: string, body?: string) => drain(stream(body), [encode(text)]);

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-5.2-2025-12-11' };
const chunk = (delta: object, finish: string | null = null, more: object = { usage: null }) =>
  sse({ ...head, choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }], ...more });
const usage = {
  prompt_tokens: 19,
  completion_tokens: 10,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 8, audio_tokens: 0, cache_write_tokens: 3 },
};
const role = chunk({ role: 'assistant', content: '', refusal: null });
const text = chunk({ content: 'Grüße' });
const stop = chunk({}, 'stop');
const usageChunk = sse({ ...head, choices: [], usage });
const done = sse('[DONE]');

describe('the request to a provider that speaks Chat Completions', () => {
  it('passes through with only the model replaced', () => {
    expect(exchange('{"model":"m"}').request).toMatchObject({
      path: '/chat/completions',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
    });
    expect(sentBody('{ "messages" :[1.0, 1e2],\n"model":"m" , "x":"\\u00e9"}')).toBe(
      '{ "messages" :[1.0, 1e2],\n"model":"gpt-5.2-2025-12-11" , "x":"\\u00e9"}',
    );
  });

  it.each([
    ['{"model":"m","stream":true}', ',"stream_options":{"include_usage":true}}'],
    ['{"model":"m","stream":true,"stream_options":null}', '"stream_options":{"include_usage":true}}'],
    [
      '{"model":"m","stream":true,"stream_options":{"include_usage":false}}',
      '"stream_options":{"include_usage":true}}',
    ],
    [
      '{"model":"m","stream":true,"stream_options":{"include_obfuscation":false}}',
      '"stream_options":{"include_obfuscation":false,"include_usage":true}}',
    ],
    ['{"model":"m","stream":true,"stream_options":{ "include_usage": true }}', '{ "include_usage": true }}'],
    ['{"model":"m","stream":false,"stream_options":null}', '"stream_options":null}'],
  ])('asks for the usage of a stream: %s', (body, end) => {
    expect(sentBody(body).endsWith(end)).toBe(true);
    expect(JSON.parse(sentBody(body))).toMatchObject({ model: 'gpt-5.2-2025-12-11' });
  });

  it('accepts events for a stream', () => {
    expect(exchange(withUsage).request.headers['accept']).toBe('text/event-stream');
  });
});

describe('a Chat Completions stream', () => {
  const whole = role + text + ': keep-alive\n\n' + stop + usageChunk + done;

  it('passes byte for byte to a caller who asked for usage', () => {
    expect(run(whole, withUsage)).toEqual({
      text: whole,
      content: true,
      ended: true,
      fault: undefined,
      report: {
        servedVersion: 'gpt-5.2-2025-12-11',
        finishReason: 'stop',
        usage: { inputTokens: 19, outputTokens: 10, cacheReadTokens: 8, cacheWriteTokens: 3 },
        usageReported: true,
        content: true,
        outputBytes: 7,
        refused: false,
        malformed: 0,
      },
    });
  });

  it('loses only the usage chunk for a caller who did not', () => {
    const result = run(whole);
    expect(result.text).toBe(whole.replace(usageChunk, ''));
    expect(result.report.usage.outputTokens).toBe(10);
  });

  it('keeps a chunk that has choices with its usage, or neither', () => {
    const filters = sse({ ...head, model: '', choices: [], prompt_filter_results: [] });
    const both = chunk({}, 'stop', { usage });
    const result = run(filters + text + both + done);
    expect(result.text).toBe(filters + text + both + done);
    expect(result.report).toMatchObject({ usageReported: true, servedVersion: 'gpt-5.2-2025-12-11' });
  });

  it('delivers each event at once, but holds the finish back until the terminator', () => {
    const translator = stream(withUsage);
    const push = (piece: string) => {
      const { bytes, content, ended } = translator.push(encode(piece));
      return [decode(bytes), content, ended];
    };
    expect(push(role)).toEqual([role, false, false]);
    expect(push(text)).toEqual([text, true, false]);
    expect(push(stop)).toEqual(['', false, false]);
    expect(push(': ping\n\n')).toEqual(['', false, false]);
    expect(push(usageChunk)).toEqual(['', false, false]);
    expect(push(done)).toEqual([stop + ': ping\n\n' + usageChunk + done, false, true]);
    expect(push(text)).toEqual(['', false, false]);
    expect(translator.close()).toMatchObject({ ended: false });
    expect(translator.close().fault).toBeUndefined();
  });

  it('counts output that comes with the finish', () => {
    const translator = stream();
    const both = chunk({ content: 'all' }, 'stop');
    expect(translator.push(encode(both))).toMatchObject({ content: true, ended: false, bytes: new Uint8Array(0) });
    expect(decode(translator.push(encode(done)).bytes)).toBe(both + done);
  });

  it.each<[string, object, boolean]>([
    ['a role', { role: 'assistant', content: '' }, false],
    ['nothing', { content: null, tool_calls: [], refusal: null, function_call: null, audio: {} }, false],
    ['text', { content: ' ' }, true],
    ['a refusal', { refusal: 'No' }, true],
    ['reasoning', { content: null, reasoning_content: 'Hm' }, true],
    ['reasoning by another name', { reasoning: 'Hm' }, true],
    ['a tool call', { tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' } }] }, true],
    ['a function call', { function_call: { name: 'f' } }, true],
    ['audio', { audio: { id: 'a', data: 'AAAA' } }, true],
  ])('knows whether a delta is output: %s', (_name, delta, content) => {
    expect(stream().push(encode(chunk(delta))).content).toBe(content);
  });

  it.each<[string, string, string, string]>([
    ['a cut', text, 'cut', text],
    ['a cut inside an event', text + 'data: {"choi', 'cut', text],
    ['a cut after the finish reason', text + stop + usageChunk, 'cut', text],
    ['no byte at all', '', 'cut', ''],
    ['a terminator without a finish reason', text + done, 'cut', text],
    ['an error chunk', text + sse({ error: { message: 'Oops', type: 'server_error' } }), 'error_event', text],
    ['an error chunk after the finish', text + stop + sse({ error: { message: 'Oops' } }) + done, 'error_event', text],
    ['an error event', text + sse({ message: 'Oops' }, 'error'), 'error_event', text],
    ['an error event that is no JSON', text + sse('oops', 'error'), 'error_event', text],
    ['an error as text', sse({ error: 'Oops' }), 'error_event', ''],
    ['congestion', sse({ error: { type: 'overloaded_error', message: 'Busy' } }), 'overloaded', ''],
    ['a rate limit', sse({ error: { type: 'rate_limit_error', message: 'Slow' } }), 'rate_limited', ''],
    ['a rate limit by code', sse({ error: { type: 'tokens', code: 'rate_limit_exceeded' } }), 'rate_limited', ''],
    ['an empty account', sse({ error: { type: 'insufficient_quota' } }), 'money_gone', ''],
    ['an empty answer', role + stop + usageChunk + done, 'wrong_output', role],
    ['nothing but a terminator', done, 'wrong_output', ''],
    ['a finish by error', text + chunk({}, 'error') + done, 'error_event', text],
  ])('fails by %s', (_name, wire, fault, delivered) => {
    expect(run(wire)).toMatchObject({ fault, text: delivered, ended: false });
  });

  it.each(['length', 'content_filter', 'tool_calls', 'function_call'])('may end without text by %s', (finish) => {
    expect(run(role + chunk({}, finish) + done)).toMatchObject({ ended: true, fault: undefined });
  });

  it('skips what is no chunk, and counts it', () => {
    const result = run(role + sse('{"choices":[{"del') + sse('7') + text + stop + done);
    expect(result).toMatchObject({ text: role + text + stop + done, ended: true, report: { malformed: 2 } });
  });

  it('reads on with several choices until the terminator', () => {
    const choice = (index: number, delta: object, finish: string | null) =>
      sse({ ...head, choices: [{ index, delta, finish_reason: finish }] });
    const wire =
      choice(0, { content: 'a' }, null) + choice(0, {}, 'stop') + choice(1, { content: 'b' }, 'length') + done;
    expect(run(wire)).toMatchObject({ text: wire, report: { finishReason: 'stop' } });
  });

  it('fails on an endless event and on an endless finish', () => {
    const megabyte = encode('x'.repeat(1024 * 1024));
    const endless = stream();
    endless.push(encode('data: '));
    expect(Array.from({ length: 17 }, () => endless.push(megabyte).fault?.fault)).toContain('wrong_output');
    const finish = stream();
    finish.push(encode(text + stop));
    const comment = encode(`: ${'x'.repeat(1024 * 1024)}\n\n`);
    expect(Array.from({ length: 17 }, () => finish.push(comment).fault?.fault)).toContain('wrong_output');
  });

  it('means the same however it is chunked', () => {
    const event = fc.constantFrom(
      role,
      text,
      stop,
      usageChunk,
      done,
      ': c\n\n',
      sse('{'),
      sse({ error: 'x' }),
      'data: {}\r\n\r\n',
      '\r',
      'data',
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 8 }), fc.array(fc.nat(), { maxLength: 10 }), (events, cuts) => {
        const wire = encode(events.join(''));
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

describe('a whole chat completion', () => {
  const answer = (message: object, finish: string | null = 'stop') =>
    JSON.stringify({
      ...head,
      object: 'chat.completion',
      choices: [{ index: 0, message, finish_reason: finish }],
      usage,
    });
  const read = (json: string) => exchange('{"model":"m"}').answer(encode(json));

  it('passes byte for byte', () => {
    const bytes = encode(` ${answer({ role: 'assistant', content: 'Hé' })}\n`);
    const result = exchange('{"model":"m"}').answer(bytes);
    expect(result).toMatchObject({ report: { content: true, finishReason: 'stop', usageReported: true } });
    expect('bytes' in result && result.bytes).toBe(bytes);
  });

  it.each([
    ['no JSON', '<html>', 'wrong_output'],
    ['nothing', '', 'wrong_output'],
    ['no object', '[]', 'wrong_output'],
    ['no choices', JSON.stringify({ ...head, usage }), 'wrong_output'],
    ['empty choices', JSON.stringify({ ...head, choices: [] }), 'wrong_output'],
    ['an empty text', answer({ role: 'assistant', content: '' }), 'wrong_output'],
    ['an empty message', answer({ role: 'assistant', content: null }, null), 'wrong_output'],
    ['an error', JSON.stringify({ error: { type: 'server_error', message: 'x' } }), 'error_event'],
    ['congestion', JSON.stringify({ error: { type: 'overloaded_error', message: 'x' } }), 'overloaded'],
  ])('is a fault with %s', (_name, json, fault) => {
    expect(read(json).fault?.fault).toBe(fault);
  });

  it.each([
    ['a refusal', answer({ content: null, refusal: 'No.' })],
    ['a tool call', answer({ content: null, tool_calls: [{ id: 'c' }] }, 'tool_calls')],
    ['a filter', answer({ content: null }, 'content_filter')],
    ['a limit', answer({ content: '' }, 'length')],
  ])('needs no text with %s', (_name, json) => {
    expect(read(json).fault).toBeUndefined();
  });

  it('reports the usage of a faulty answer too', () => {
    expect(read(answer({ content: '' })).report).toMatchObject({ usage: { inputTokens: 19 }, content: false });
  });

  it.each([undefined, null, 7, {}, { prompt_tokens: -1, completion_tokens: 1.5 }])('survives the usage %p', (odd) => {
    const { report } = read(JSON.stringify({ choices: [{ message: { content: 'x' } }], usage: odd }));
    expect(report.usage).toEqual({ inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 });
  });
});
