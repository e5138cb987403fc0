import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callBody } from '../call-body.fixture.js';
import type { StreamTranslator } from '../translator.js';
import {
  anthropicStream,
  block,
  messageEnd,
  messageStart,
  messageStop,
  textStream,
  toolStream,
} from './anthropic-answers.fixture.js';
import { anyCuts, eventsOf, replay } from '../cross-family/replay.fixture.js';
import { makeOpenAiChatToAnthropic } from './translator.js';

const target = {
  provider: 'anthropic',
  providerModel: 'claude-sonnet-4-5',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
} as const;
const translate = makeOpenAiChatToAnthropic({ now: () => 1_700_000_000_000 });

function open(include_usage = true): StreamTranslator {
  const body = {
    model: 'chat',
    messages: [{ role: 'user', content: 'Hi' }],
    stream: true,
    stream_options: { include_usage },
  };
  return translate(callBody(JSON.stringify(body)), target).stream();
}

const chunk = (delta: object, finish_reason: string | null = null) => ({
  id: 'chatcmpl-01XFDUDYJgAACzvnptvVoYEL',
  object: 'chat.completion.chunk',
  created: 1_700_000_000,
  model: 'claude-sonnet-4-5-20250929',
  choices: [{ index: 0, delta, logprobs: null, finish_reason }],
});

describe('an Anthropic stream', () => {
  it('becomes chat completion chunks', () => {
    const { text, report, fault } = replay(open(), toolStream);
    expect(fault).toBeUndefined();
    expect(eventsOf(text)).toEqual([
      chunk({ role: 'assistant', content: '' }),
      chunk({ reasoning_content: 'Two cities.' }),
      chunk({ content: 'I will look ' }),
      chunk({ content: '– naïve ☀️.' }),
      chunk({
        tool_calls: [{ index: 0, id: 'toolu_01A', type: 'function', function: { name: 'get_weather', arguments: '' } }],
      }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: '{"city": "Par' } }] }),
      chunk({ tool_calls: [{ index: 0, function: { arguments: 'is"}' } }] }),
      chunk({
        tool_calls: [{ index: 1, id: 'toolu_01B', type: 'function', function: { name: 'get_time', arguments: '' } }],
      }),
      chunk({ tool_calls: [{ index: 1, function: { arguments: '{}' } }] }),
      chunk({}, 'tool_calls'),
      {
        ...chunk({}),
        choices: [],
        usage: expect.objectContaining({ prompt_tokens: 100, completion_tokens: 42, total_tokens: 142 }),
      },
      '[DONE]',
    ]);
    expect(report).toEqual({
      servedVersion: 'claude-sonnet-4-5-20250929',
      usage: { inputTokens: 100, outputTokens: 42, cacheReadTokens: 85, cacheWriteTokens: 3 },
      usageReported: true,
      finishReason: 'tool_use',
      content: true,
      outputBytes: 77,
      refused: false,
      malformed: 0,
    });
  });

  it('tells usage only to a caller who asked for it', () => {
    expect(replay(open(false), textStream).text).not.toContain('usage');
  });

  it('is the same however it is cut', () => {
    const whole = replay(open(), toolStream);
    fc.assert(fc.property(anyCuts, (cuts) => expect(replay(open(), toolStream, cuts)).toEqual(whole)));
  });

  it('never looks finished when it is cut short', () => {
    const end = Buffer.byteLength(toolStream) - 'event: message_stop\ndata: {"type":"message_stop"}\n\n'.length;
    fc.assert(
      fc.property(fc.nat(end), (length) => {
        const cut = replay(open(), Buffer.from(toolStream).subarray(0, length));
        expect(cut.text).not.toContain('[DONE]');
        expect(cut.text).not.toMatch(/"finish_reason":"/);
        expect(cut).toMatchObject({ ended: false, fault: { fault: 'cut' } });
      }),
    );
  });

  it('marks output as content, and lifecycle as none', () => {
    const stream = open();
    const push = (event: { readonly type: string }) => stream.push(Buffer.from(anthropicStream([event])));
    const [begin, delta] = block(0, { type: 'text', text: '' }, { type: 'text_delta', text: 'Hi' });
    expect(push(messageStart)).toMatchObject({ content: false, ended: false });
    expect(push({ type: 'ping' })).toMatchObject({ content: false, bytes: new Uint8Array(0) });
    expect(push(begin ?? messageStop)).toMatchObject({ content: false });
    expect(push(delta ?? messageStop)).toMatchObject({ content: true });
    expect(push(messageEnd('end_turn'))).toMatchObject({ content: false, bytes: new Uint8Array(0) });
    expect(push(messageStop)).toMatchObject({ content: false, ended: true });
    expect(stream.close()).toEqual({ content: false, ended: false, bytes: new Uint8Array(0) });
  });

  it.each([
    ['overloaded_error', 'overloaded'],
    ['rate_limit_error', 'rate_limited'],
    ['api_error', 'error_event'],
  ])('that reports %s is the fault %s, after what came before', (type, fault) => {
    const error = { type: 'error', error: { type, message: 'Not now.' } };
    const source = anthropicStream([messageStart, ...block(0, { type: 'text', text: 'Hi' }), error, messageStop]);
    const read = replay(open(), source);
    expect(read).toMatchObject({ ended: false, fault: { fault } });
    expect(eventsOf(read.text)).toEqual([chunk({ role: 'assistant', content: '' }), chunk({ content: 'Hi' })]);
  });

  it('skips and counts chunks that are not JSON', () => {
    const broken = textStream.replace('event: content_block_stop', 'data: {"type":"conte\n\nevent: content_block_stop');
    const read = replay(open(), broken);
    expect(read).toMatchObject({ ended: true, report: { malformed: 1 } });
    expect(read.text).toBe(replay(open(), textStream).text);
  });

  it('names the role although its start was broken', () => {
    const read = replay(open(), textStream.replace('{"type":"message_start"', '{"type":'));
    expect(eventsOf(read.text)[0]).toMatchObject({
      model: 'claude-sonnet-4-5',
      choices: [{ delta: { role: 'assistant', content: 'Hello' } }],
    });
  });

  it('that ends without output is wrong, unless it was refused or limited', () => {
    const ended = (reason: string, more: object = {}) =>
      replay(open(), anthropicStream([messageStart, messageEnd(reason, more), messageStop]));
    expect(ended('end_turn').fault).toMatchObject({ fault: 'wrong_output' });
    expect(ended('max_tokens')).toMatchObject({ ended: true, fault: undefined });
    const refused = ended('refusal', { stop_details: { type: 'refusal', explanation: 'Not this.' } });
    expect(refused).toMatchObject({ ended: true, content: true, fault: undefined });
    expect(eventsOf(refused.text).slice(1, 3)).toEqual([chunk({ refusal: 'Not this.' }), chunk({}, 'content_filter')]);
  });

  it('that stops without a reason was cut', () => {
    const source = anthropicStream([messageStart, ...block(0, { type: 'text', text: 'Hi' }), messageStop]);
    expect(replay(open(), source).fault).toMatchObject({ fault: 'cut' });
  });
});
