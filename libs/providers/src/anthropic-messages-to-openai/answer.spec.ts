import { describe, expect, it } from '@jest/globals';
import { callBody } from '../call-body.fixture.js';
import type { WholeAnswer } from '../translator.js';
import { completion, toolAnswer } from './openai-answers.fixture.js';
import { anthropicMessagesToOpenAi } from './translator.js';

const target = {
  provider: 'openai',
  providerModel: 'gpt-5-mini',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
} as const;
const body = callBody(JSON.stringify({ model: 'chat', max_tokens: 5, messages: [{ role: 'user', content: 'Hi' }] }));
const exchange = anthropicMessagesToOpenAi(body, target);

const read = (answered: unknown): WholeAnswer => exchange.answer(Buffer.from(JSON.stringify(answered)));
const message = (whole: WholeAnswer): unknown =>
  whole.fault ? whole.fault : JSON.parse(Buffer.from(whole.bytes).toString('utf8'));
const calling = (args: unknown) =>
  completion(
    { tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'f', arguments: args } }] },
    'tool_calls',
  );

describe('a whole OpenAI answer', () => {
  it('becomes an Anthropic message', () => {
    const whole = read(toolAnswer);
    expect(message(whole)).toEqual({
      id: 'msg_BnXy12',
      type: 'message',
      role: 'assistant',
      model: 'gpt-5-mini-2025-08-07',
      content: [
        { type: 'text', text: 'I will look – naïve ☀️.' },
        { type: 'tool_use', id: 'call_a', name: 'get_weather', input: { city: 'Paris' } },
        { type: 'tool_use', id: 'call_b', name: 'get_time', input: {} },
      ],
      stop_reason: 'tool_use',
      stop_sequence: null,
      stop_details: null,
      usage: { input_tokens: 15, cache_creation_input_tokens: 0, cache_read_input_tokens: 85, output_tokens: 42 },
    });
    expect(whole.report).toEqual({
      servedVersion: 'gpt-5-mini-2025-08-07',
      usage: { inputTokens: 100, outputTokens: 42, cacheReadTokens: 85, cacheWriteTokens: 0 },
      usageReported: true,
      finishReason: 'tool_calls',
      content: true,
      outputBytes: 0,
      refused: false,
      malformed: 0,
    });
  });

  it.each([
    ['stop', 'end_turn'],
    ['length', 'max_tokens'],
    ['content_filter', 'refusal'],
    ['constructor', 'end_turn'],
  ])('that finished with %s stopped for %s', (finish, stop_reason) => {
    expect(message(read(completion({ content: 'Hi' }, finish)))).toMatchObject({ stop_reason });
  });

  it('that called a tool stopped for it, whatever it says', () => {
    const tool_calls = [{ id: 'call_a', type: 'function', function: { name: 'f', arguments: '{}' } }];
    expect(message(read(completion({ tool_calls }, 'stop')))).toMatchObject({ stop_reason: 'tool_use' });
  });

  it('that was cut short within a call holds what came before it', () => {
    const cut = {
      content: 'Wait.',
      tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: '{"a":"b' } }],
    };
    expect(message(read(completion(cut, 'length')))).toMatchObject({
      content: [{ type: 'text', text: 'Wait.' }],
      stop_reason: 'max_tokens',
    });
  });

  it('takes text in parts, without their thinking, and arguments that are an object already', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
      { type: 'text', text: 'Wait' },
      { type: 'text', text: '.' },
    ];
    const { message: called } = calling({ a: 1 }).choices[0] ?? {};
    expect(message(read(completion({ ...called, content }, 'tool_calls')))).toMatchObject({
      content: [
        { type: 'text', text: 'Wait.' },
        { type: 'tool_use', input: { a: 1 } },
      ],
    });
  });

  it('may be empty where a stop sequence of the caller may have come first', () => {
    const stopped = completion({ content: '' });
    const answered = (mayStopAtOnce: boolean, more: object = {}) =>
      anthropicMessagesToOpenAi(body, { ...target, mayStopAtOnce }).answer(
        Buffer.from(JSON.stringify({ ...stopped, ...more })),
      );
    expect(message(answered(true))).toMatchObject({ content: [], stop_reason: 'end_turn' });
    expect(answered(false).fault).toMatchObject({ fault: 'wrong_output' });
    expect(answered(true, { usage: { prompt_tokens: 9, completion_tokens: 0 } }).fault).toBeDefined();
  });

  it('keeps numbers that JavaScript would round', () => {
    const whole = read(calling('{"id":1234567890123456789}'));
    expect(whole.fault ?? Buffer.from(whole.bytes).toString()).toContain('"input":{"id":1234567890123456789}');
  });

  it('that refused says so', () => {
    expect(message(read(completion({ refusal: 'I cannot.' })))).toMatchObject({
      content: [{ type: 'text', text: 'I cannot.' }],
      stop_reason: 'refusal',
      stop_details: { type: 'refusal', category: null, explanation: null },
    });
  });

  it.each([
    ['wrong_output', 'is not JSON', '<html>'],
    ['wrong_output', 'is another thing', '[1]'],
    ['wrong_output', 'has no choices', '{"choices":[]}'],
    ['wrong_output', 'has no message', '{"choices":[{"finish_reason":"stop"}]}'],
    ['wrong_output', 'is empty', JSON.stringify(completion({ content: '' }))],
    ['wrong_output', 'only reasons', JSON.stringify(completion({ reasoning_content: 'Hm.' }))],
    ['wrong_output', 'calls nothing', JSON.stringify(completion({}, 'tool_calls'))],
    ['wrong_output', 'has broken arguments', JSON.stringify(calling('{"a":'))],
    ['wrong_output', 'has arguments that are no object', JSON.stringify(calling('[1]'))],
    ['wrong_output', 'has arguments that are a long number', JSON.stringify(calling('12345678901234567890'))],
    ['wrong_output', 'has no arguments at all', JSON.stringify(calling(undefined))],
    ['rate_limited', 'is a rate limit', '{"error":{"code":"rate_limit_exceeded","message":"slow","type":"requests"}}'],
    [
      'money_gone',
      'is out of money',
      '{"error":{"code":"insufficient_quota","message":"pay","type":"insufficient_quota"}}',
    ],
    ['error_event', 'is another error', '{"error":{"message":"x","type":"server_error"}}'],
  ])('is the fault %s when it %s', (fault, _name, text) => {
    expect(exchange.answer(Buffer.from(text)).fault).toMatchObject({ fault });
  });

  it.each(['content_filter', 'length'])('may be empty when it finished with %s', (finish) => {
    expect(message(read(completion({ content: '' }, finish)))).toMatchObject({ content: [] });
  });
});
