import { describe, expect, it } from '@jest/globals';
import { callBody } from '../call-body.fixture.js';
import type { WholeAnswer } from '../translator.js';
import { toolAnswer } from './anthropic-answers.fixture.js';
import { makeOpenAiChatToAnthropic } from './translator.js';

const target = {
  provider: 'anthropic',
  providerModel: 'claude-sonnet-4-5',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
} as const;
const body = callBody(JSON.stringify({ model: 'chat', messages: [{ role: 'user', content: 'Hi' }] }));
const exchange = makeOpenAiChatToAnthropic({ now: () => 1_700_000_000_999 })(body, target);

const read = (message: unknown): WholeAnswer => exchange.answer(Buffer.from(JSON.stringify(message)));
const completion = (whole: WholeAnswer): unknown =>
  whole.fault ? whole.fault : JSON.parse(Buffer.from(whole.bytes).toString('utf8'));

describe('a whole Anthropic answer', () => {
  it('becomes a chat completion', () => {
    const whole = read(toolAnswer);
    expect(completion(whole)).toEqual({
      id: 'chatcmpl-01XFDUDYJgAACzvnptvVoYEL',
      object: 'chat.completion',
      created: 1_700_000_000,
      model: 'claude-sonnet-4-5-20250929',
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: 'I will look – naïve ☀️.',
            refusal: null,
            reasoning_content: 'Two cities.',
            tool_calls: [
              { id: 'toolu_01A', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Paris"}' } },
              { id: 'toolu_01B', type: 'function', function: { name: 'get_time', arguments: '{}' } },
            ],
          },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 42,
        total_tokens: 142,
        prompt_tokens_details: { cached_tokens: 85, cache_write_tokens: 3 },
        completion_tokens_details: { reasoning_tokens: 0 },
      },
    });
    expect(whole.report).toEqual({
      servedVersion: 'claude-sonnet-4-5-20250929',
      usage: { inputTokens: 100, outputTokens: 42, cacheReadTokens: 85, cacheWriteTokens: 3 },
      usageReported: true,
      finishReason: 'tool_use',
      content: true,
      outputBytes: 0,
      refused: false,
      malformed: 0,
    });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['pause_turn', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['tool_use', 'tool_calls'],
    ['refusal', 'content_filter'],
    ['constructor', 'stop'],
  ])('that stopped for %s finishes with %s', (stop_reason, finish_reason) => {
    expect(completion(read({ ...toolAnswer, stop_reason }))).toMatchObject({ choices: [{ finish_reason }] });
  });

  it('is hollow where it is empty, also where the caller gave stop sequences: Anthropic tells of those', () => {
    const hollow = Buffer.from(JSON.stringify({ ...toolAnswer, content: [], stop_reason: 'end_turn' }));
    const stopping = makeOpenAiChatToAnthropic({ now: () => 0 })(body, { ...target, mayStopAtOnce: true });
    expect(stopping.answer(hollow).fault).toMatchObject({ fault: 'wrong_output' });
  });

  it('keeps numbers that JavaScript would round', () => {
    const text = JSON.stringify(toolAnswer).replace('"city":"Paris"', '"id":1234567890123456789');
    expect(completion(exchange.answer(Buffer.from(text)))).toMatchObject({
      choices: [{ message: { tool_calls: [{ function: { arguments: '{"id":1234567890123456789}' } }, {}] } }],
    });
  });

  it('tells why it refused', () => {
    const stop_details = { type: 'refusal', category: 'cyber', explanation: 'Not this.' };
    const whole = read({ ...toolAnswer, content: [], stop_reason: 'refusal', stop_details });
    expect(completion(whole)).toMatchObject({
      choices: [{ finish_reason: 'content_filter', message: { content: null, refusal: 'Not this.' } }],
    });
    expect(whole.report.content).toBe(true);
  });

  it.each([
    ['wrong_output', 'is not JSON', '<html>'],
    ['wrong_output', 'is another thing', '[1]'],
    ['wrong_output', 'has no content', '{"type":"message"}'],
    ['wrong_output', 'is empty', JSON.stringify({ ...toolAnswer, content: [], stop_reason: 'end_turn' })],
    [
      'wrong_output',
      'has an empty text',
      JSON.stringify({ ...toolAnswer, content: [{ type: 'text', text: '' }], stop_reason: 'end_turn' }),
    ],
    ['overloaded', 'is an overload', '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'],
    ['rate_limited', 'is a rate limit', '{"type":"error","error":{"type":"rate_limit_error","message":"slow"}}'],
    ['error_event', 'is another error', '{"type":"error","error":{"type":"api_error","message":"x"}}'],
  ])('is the fault %s when it %s', (fault, _name, text) => {
    expect(exchange.answer(Buffer.from(text)).fault).toMatchObject({ fault });
  });

  it.each(['refusal', 'max_tokens'])('may be empty when it stopped for %s', (stop_reason) => {
    expect(read({ ...toolAnswer, content: [], stop_reason }).fault).toBeUndefined();
  });
});
