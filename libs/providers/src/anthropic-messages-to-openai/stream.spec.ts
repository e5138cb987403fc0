import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isJsonObject } from '#libs/kernel';
import { callBody } from '../call-body.fixture.js';
import { anyCuts, eventsOf, replay } from '../cross-family/replay.fixture.js';
import type { StreamTranslator } from '../translator.js';
import { call, chunk, openAiStream, textStream, toolStream, usageChunk } from './openai-answers.fixture.js';
import { anthropicMessagesToOpenAi } from './translator.js';

const target = {
  provider: 'openai',
  providerModel: 'gpt-5-mini',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
} as const;

function open(more: { readonly mayBeEmpty?: boolean } = {}): StreamTranslator {
  const body = { model: 'chat', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }], stream: true };
  return anthropicMessagesToOpenAi(callBody(JSON.stringify(body)), { ...target, ...more }).stream();
}

const read = (...chunks: readonly object[]) => replay(open(), openAiStream(chunks));
const block = (index: number, content_block: object, ...deltas: readonly object[]) => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const text = (part: string) => ({ type: 'text_delta', text: part });
const json = (part: string) => ({ type: 'input_json_delta', partial_json: part });
const emptyText = { type: 'text', text: '' };
const use = (id: string, name: string) => ({ type: 'tool_use', id, name, input: {} });
const start = {
  type: 'message_start',
  message: {
    id: 'msg_BnXy12',
    type: 'message',
    role: 'assistant',
    model: 'gpt-5-mini-2025-08-07',
    content: [],
    stop_reason: null,
    stop_sequence: null,
    stop_details: null,
    usage: { input_tokens: 0, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 },
  },
};
const end = (stop_reason: string) => [
  {
    type: 'message_delta',
    delta: { stop_reason, stop_sequence: null, stop_details: null },
    usage: { input_tokens: 15, cache_creation_input_tokens: 0, cache_read_input_tokens: 85, output_tokens: 42 },
  },
  { type: 'message_stop' },
];

describe('an OpenAI stream', () => {
  it('becomes an Anthropic stream', () => {
    const { text: written, report, fault } = replay(open(), toolStream);
    expect(fault).toBeUndefined();
    expect(eventsOf(written)).toEqual([
      start,
      ...block(0, emptyText, text('I will look '), text('– naïve ☀️.')),
      ...block(1, use('call_a', 'get_weather'), json('{"city": "Par'), json('is"}')),
      ...block(2, use('call_b', 'get_time')),
      ...end('tool_use'),
    ]);
    expect(report).toEqual({
      servedVersion: 'gpt-5-mini-2025-08-07',
      usage: { inputTokens: 100, outputTokens: 42, cacheReadTokens: 85, cacheWriteTokens: 0 },
      usageReported: true,
      finishReason: 'tool_calls',
      content: true,
      outputBytes: 66,
      refused: false,
      malformed: 0,
    });
  });

  it('is the same however it is cut', () => {
    const whole = replay(open(), toolStream);
    fc.assert(fc.property(anyCuts, (cuts) => expect(replay(open(), toolStream, cuts)).toEqual(whole)));
  });

  it('never looks finished when it is cut short', () => {
    const source = Buffer.from(toolStream);
    fc.assert(
      fc.property(fc.nat(source.length - 'data: [DONE]\n\n'.length), (length) => {
        const cut = replay(open(), source.subarray(0, length));
        expect(cut.text).not.toMatch(/message_(delta|stop)/);
        expect(cut).toMatchObject({ ended: false, fault: { fault: 'cut' } });
      }),
    );
  });

  it('gives the caller each piece at once, and the finish last', () => {
    const stream = open();
    const push = (...chunks: readonly object[]) => {
      const { bytes, ...rest } = stream.push(Buffer.from(openAiStream(chunks, '')));
      return { ...rest, events: eventsOf(Buffer.from(bytes).toString('utf8')) };
    };
    expect(push(chunk({ role: 'assistant', content: '' }))).toEqual({ content: false, ended: false, events: [] });
    expect(push(chunk({ content: 'Hi' }))).toMatchObject({ content: true, events: [start, {}, { delta: text('Hi') }] });
    expect(push(chunk({ reasoning_content: 'Hm.' }))).toEqual({ content: true, ended: false, events: [] });
    expect(push(chunk({}, 'stop'), usageChunk)).toEqual({ content: false, ended: false, events: [] });
    expect(stream.push(Buffer.from('data: [DONE]\n\n'))).toMatchObject({ content: false, ended: true });
  });

  it('has nothing for the caller while it only reasons', () => {
    const stream = open();
    const reasoning = openAiStream([chunk({ role: 'assistant' }), chunk({ reasoning_content: 'Hm.' })], '');
    const { bytes, content } = stream.push(Buffer.from(reasoning));
    expect({ text: Buffer.from(bytes).toString(), content }).toEqual({ text: '', content: true });
  });

  it('keeps text and calls in their order', () => {
    const { text: written } = read(
      chunk({ content: 'a' }),
      chunk({ tool_calls: [call(0, '{}', 'call_a', 'f')] }),
      chunk({ content: 'b' }),
      chunk({ tool_calls: [call(1, '{"x":1}', 'call_b', 'g')] }, 'tool_calls'),
      usageChunk,
    );
    expect(eventsOf(written)).toEqual([
      start,
      ...block(0, emptyText, text('a')),
      ...block(1, use('call_a', 'f'), json('{}')),
      ...block(2, emptyText, text('b')),
      ...block(3, use('call_b', 'g'), json('{"x":1}')),
      ...end('tool_use'),
    ]);
  });

  it('takes arguments that are an object already', () => {
    const called = { index: 0, id: 'call_a', function: { name: 'f', arguments: { x: 1 } } };
    const { text: written } = read(chunk({ tool_calls: [called] }, 'tool_calls'), usageChunk);
    expect(eventsOf(written)).toEqual([start, ...block(0, use('call_a', 'f'), json('{"x":1}')), ...end('tool_use')]);
  });

  it('may end without a word where what was said before is all', () => {
    const { text: written, fault } = replay(open({ mayBeEmpty: true }), openAiStream([chunk({}, 'stop'), usageChunk]));
    expect(fault).toBeUndefined();
    expect(eventsOf(written).at(-1)).toEqual({ type: 'message_stop' });
  });

  it('passes over white space behind the arguments of a call that is done', () => {
    const { text: written, fault } = read(
      chunk({ tool_calls: [call(0, '{}', 'call_a', 'f')] }),
      chunk({ tool_calls: [call(1, '{}', 'call_b', 'g')] }),
      chunk({ tool_calls: [call(0, '\n')] }, 'tool_calls'),
      usageChunk,
    );
    expect(fault).toBeUndefined();
    expect(eventsOf(written)).toEqual([
      start,
      ...block(0, use('call_a', 'f'), json('{}')),
      ...block(1, use('call_b', 'g'), json('{}')),
      ...end('tool_use'),
    ]);
  });

  it('tells calls apart that a server numbers alike', () => {
    const { text: written } = read(
      chunk({ tool_calls: [call(0, '{"x":1}', 'call_a', 'f')] }),
      chunk({ tool_calls: [call(0, '{"x":2}', 'call_b', 'f')] }, 'stop'),
      usageChunk,
    );
    expect(eventsOf(written)).toEqual([
      start,
      ...block(0, use('call_a', 'f'), json('{"x":1}')),
      ...block(1, use('call_b', 'f'), json('{"x":2}')),
      ...end('tool_use'),
    ]);
  });

  it('gives whole blocks however the calls interleave', () => {
    const args = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
    const order = fc.array(fc.nat(2), { maxLength: 60 });
    fc.assert(
      fc.property(fc.tuple(args, args, args), order, (inputs, turns) => {
        const left = inputs.map((input) => Array.from(JSON.stringify(input)));
        const take = (index: number, count: number) => left[index]?.splice(0, count).join('') ?? '';
        const chunks = [
          ...left.map((_, i) => chunk({ tool_calls: [call(i, '', `call_${i}`, `tool_${i}`)] })),
          ...turns.map((i) => chunk({ tool_calls: [call(i, take(i, 2))] })),
          ...left.map((_, i) => chunk({ tool_calls: [call(i, take(i, Infinity))] })),
        ];
        const { text: written, fault } = read(...chunks, chunk({}, 'tool_calls'));
        expect(fault).toBeUndefined();
        expect(assemble(written)).toEqual(inputs.map((input, i) => [`tool_${i}`, JSON.stringify(input)]));
      }),
    );
  });

  it('that refuses says so', () => {
    const { text: written } = read(chunk({ refusal: 'I cannot.' }), chunk({}, 'stop'), usageChunk);
    expect(eventsOf(written)).toMatchObject([
      start,
      ...block(0, emptyText, text('I cannot.')),
      { delta: { stop_reason: 'refusal', stop_details: { type: 'refusal' } } },
      { type: 'message_stop' },
    ]);
  });

  it.each([
    ['rate_limited', { code: 'rate_limit_exceeded', message: 'slow', type: 'requests' }],
    ['overloaded', { code: null, message: 'busy', type: 'overloaded_error' }],
    ['error_event', { code: null, message: 'x', type: 'server_error' }],
  ])('is the fault %s when it reports %j, after what came before', (fault, error) => {
    const got = read(chunk({ content: 'Hi' }), { error });
    expect(got).toMatchObject({ ended: false, fault: { fault } });
    expect(eventsOf(got.text)).toHaveLength(3);
  });

  it('skips and counts chunks that are not JSON', () => {
    const got = replay(open(), textStream.replace('data: {', 'data: {"choi\n\ndata: {'));
    expect(got).toMatchObject({ ended: true, report: { malformed: 1 } });
    expect(got.text).toBe(replay(open(), textStream).text);
  });

  it.each([
    ['wrong_output', 'ends without output', [chunk({ role: 'assistant', content: '' }), chunk({}, 'stop')]],
    ['wrong_output', 'only reasons', [chunk({ reasoning_content: 'Hm.' }), chunk({}, 'stop')]],
    ['wrong_output', 'calls nothing', [chunk({}, 'tool_calls')]],
    [
      'wrong_output',
      'breaks off its arguments',
      [chunk({ tool_calls: [call(0, '{"a":', 'a', 'f')] }), chunk({}, 'tool_calls')],
    ],
    ['wrong_output', 'calls without a name', [chunk({ tool_calls: [call(0, '{}', 'a')] }), chunk({}, 'tool_calls')]],
    ['cut', 'has no finish reason', [chunk({ content: 'Hi' })]],
  ])('is the fault %s when it %s', (fault, _name, chunks) => {
    expect(read(...chunks)).toMatchObject({ ended: false, fault: { fault } });
  });

  it.each([
    ['length', 'max_tokens'],
    ['content_filter', 'refusal'],
  ])('may end without output when it finished with %s', (finish, stop_reason) => {
    const got = read(chunk({}, finish));
    expect(got).toMatchObject({ ended: true, fault: undefined });
    expect(eventsOf(got.text)[1]).toMatchObject({ delta: { stop_reason } });
  });
});

/** The name and the arguments of each call, from events that must keep to Anthropic's order. */
function assemble(written: string): readonly unknown[] {
  const calls: { name: unknown; args: string }[] = [];
  let open: unknown;
  for (const event of eventsOf(written).filter(isJsonObject)) {
    const { type, index, content_block: begun, delta } = event;
    if (type === 'content_block_start') {
      expect([open, index]).toEqual([undefined, calls.length]);
      calls.push({ name: isJsonObject(begun) && begun['name'], args: '' });
      open = index;
    } else if (type === 'content_block_delta') {
      expect(index).toBe(open);
      const last = calls.at(-1);
      if (last && isJsonObject(delta)) last.args += String(delta['partial_json']);
    } else if (type === 'content_block_stop') {
      expect(index).toBe(open);
      open = undefined;
    }
  }
  return calls.map(({ name, args }) => [name, args]);
}
