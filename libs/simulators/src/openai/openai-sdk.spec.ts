import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import OpenAI, {
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from 'openai';
import { startSimulator, type FaultKindName, type Simulator } from '#libs/simulators';

const model = 'gpt-4o-2024-08-06';
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const weather = {
  type: 'function' as const,
  function: {
    name: 'get_weather',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' }, unit: { enum: ['celsius', 'fahrenheit'] } },
      required: ['city', 'unit'],
    },
  },
};

describe('the OpenAI SDK on a simulated channel', () => {
  let simulator: Simulator;
  let client: OpenAI;

  const say = (content: string, more: object = {}) =>
    client.chat.completions.create({ model, messages: [{ role: 'user' as const, content }], ...more });

  beforeAll(async () => {
    simulator = await startSimulator({
      port: 0,
      channels: [
        { id: 'primary', family: 'openai' },
        { id: 'narrow', family: 'openai', models: [model] },
      ],
    });
    client = new OpenAI({ baseURL: `${simulator.url}/primary/v1`, apiKey: 'sk-test', maxRetries: 0 });
  });
  beforeEach(() => simulator.clearFaults());
  afterAll(() => simulator.close());

  it('gets an answer that names the channel, the model and what was said', async () => {
    const { data, response } = await say('good morning').withResponse();
    expect(data.choices[0]?.message.content).toBe(`Simulated answer from primary (${model}): you said "good morning".`);
    expect(data).toMatchObject({ object: 'chat.completion', model, choices: [{ finish_reason: 'stop' }] });
    expect(data.id).toMatch(/^chatcmpl-\w{29}$/);
    expect(data.usage).toMatchObject({ prompt_tokens: 3, total_tokens: 3 + (data.usage?.completion_tokens ?? NaN) });
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(response.headers.get('x-ratelimit-remaining-tokens')).toBe('1999000');
  });

  it('streams the same text, role first, usage last', async () => {
    const whole = await say('count with me');
    const stream = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'count with me' }],
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await collect(stream);
    expect(chunks[0]?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    const text = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(text).toBe(whole.choices[0]?.message.content);
    expect(chunks.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null)).toBe(true);
  });

  it('reports no usage in a stream that did not ask for it', async () => {
    const stream = client.chat.completions.stream({ model, messages: [{ role: 'user', content: 'hello' }] });
    const chunks = await collect(stream);
    expect(chunks.every((chunk) => !('usage' in chunk))).toBe(true);
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('stop');
  });

  it('calls the tool that the user names, in both modes, with valid arguments', async () => {
    const expected = { type: 'function', function: { name: 'get_weather' } };
    const whole = await say('please get weather for Paris', { tools: [weather] });
    expect(whole.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    expect(whole.choices[0]?.message.tool_calls).toMatchObject([expected]);

    const stream = client.chat.completions.stream({
      model,
      messages: [{ role: 'user', content: 'use get_weather' }],
      tools: [weather],
    });
    const final = await stream.finalChatCompletion();
    const [call] = final.choices[0]?.message.tool_calls ?? [];
    expect(call).toMatchObject(expected);
    expect(JSON.parse(call?.type === 'function' ? call.function.arguments : '')).toEqual({
      city: 'example',
      unit: 'celsius',
    });
  });

  it('answers in text after the tool did, and calls none unasked or when told not to', async () => {
    const called = await say('nothing', { tools: [weather], tool_choice: 'required' });
    const [call] = called.choices[0]?.message.tool_calls ?? [];
    const after = await client.chat.completions.create({
      model,
      tools: [weather],
      messages: [
        { role: 'user', content: 'use get_weather' },
        { role: 'assistant', tool_calls: called.choices[0]?.message.tool_calls ?? [] },
        { role: 'tool', tool_call_id: call?.id ?? '', content: '21 degrees' },
      ],
    });
    expect(after.choices[0]?.message.content).toContain('the tool answered "21 degrees"');
    expect((await say('hello', { tools: [weather] })).choices[0]?.finish_reason).toBe('stop');
    const refused = await say('use get_weather', { tools: [weather], tool_choice: 'none' });
    expect(refused.choices[0]?.finish_reason).toBe('stop');
  });

  it('takes images and system prompts', async () => {
    const answer = await client.chat.completions.create({
      model,
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'what is this' },
            { type: 'image_url', image_url: { url: pixel } },
          ],
        },
      ],
    });
    expect(answer.choices[0]?.message.content).toContain('you said "what is this" and showed 1 image.');
    expect(answer.usage?.prompt_tokens).toBe(85 + 6);
  });

  it('stops at a length and at a stop sequence, and answers more than once', async () => {
    const short = await say('hello', { max_completion_tokens: 2 });
    expect(short.choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { content: 'Simulated answer'.slice(0, 9) },
    });
    expect(short.usage?.completion_tokens).toBe(2);
    const stopped = await say('hello', { stop: [' from'] });
    expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Simulated answer' } });
    const twice = await say('hello', { n: 2 });
    expect(twice.choices.map(({ index }) => index)).toEqual([0, 1]);
    expect(twice.usage?.completion_tokens).toBe(2 * ((await say('hello')).usage?.completion_tokens ?? NaN));
  });

  it('answers in JSON where that is asked', async () => {
    const any = await say('give me json', { response_format: { type: 'json_object' } });
    expect(JSON.parse(any.choices[0]?.message.content ?? '')).toHaveProperty('answer');
    const schema = { type: 'object', properties: { age: { type: 'integer', minimum: 3 } }, required: ['age'] };
    const format = { type: 'json_schema', json_schema: { name: 'person', schema } };
    const fitting = await say('hello', { response_format: format });
    expect(JSON.parse(fitting.choices[0]?.message.content ?? '')).toEqual({ age: 3 });
  });

  it('lists its models, and refuses others', async () => {
    const narrow = client.withOptions({ baseURL: `${simulator.url}/narrow/v1` });
    expect((await narrow.models.list()).data.map(({ id }) => id)).toEqual([model]);
    const unknown = narrow.chat.completions.create({ model: 'gpt-0', messages: [{ role: 'user', content: 'hi' }] });
    await expect(unknown).rejects.toThrow(NotFoundError);
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 'model_not_found' });
  });

  it.each([
    ['an unknown parameter', { num_ctx: 1 }, { code: null, param: null }],
    ['a parameter that every object has', { constructor: 1 }, { code: null, param: null }],
    ['a wrong type', { temperature: 'hot' }, { code: 'invalid_type', param: 'temperature' }],
    ['a value out of range', { top_p: 1.5 }, { code: 'decimal_above_max_value', param: 'top_p' }],
    ['an empty conversation', { messages: [] }, { code: 'empty_array', param: 'messages' }],
    [
      'a bad role',
      { messages: [{ role: 'robot', content: '' }] },
      { code: 'invalid_value', param: 'messages[0].role' },
    ],
    ['null messages', { messages: null }, { code: 'invalid_type', param: 'messages' }],
    ['no content', { messages: [{ role: 'user' }] }, { param: 'messages[0]' }],
    [
      'a part for another role',
      { messages: [{ role: 'system', content: [{ type: 'image_url' }] }] },
      { code: 'invalid_value' },
    ],
    ['stream options without a stream', { stream_options: {} }, { param: 'stream_options' }],
    ['a tool choice without tools', { tool_choice: 'required' }, { param: 'tool_choice' }],
    ['two token limits', { max_tokens: 1, max_completion_tokens: 1 }, { code: 'invalid_parameter_combination' }],
    [
      'a lonely tool message',
      { messages: [{ role: 'tool', tool_call_id: 'x', content: '' }] },
      { param: 'messages.[0].role' },
    ],
    [
      'an unanswered tool call',
      { messages: [{ role: 'assistant', tool_calls: [{ id: 'call_1', type: 'function', function: {} }] }] },
      { param: 'messages.[1].role' },
    ],
    ['a bad tool name', { tools: [{ type: 'function', function: { name: 'a b' } }] }, { code: 'invalid_value' }],
    ['a bad format', { response_format: { type: 'xml' } }, { param: 'response_format.type' }],
  ])('refuses %s as the vendor does', async (_name, more, expected) => {
    const refused = say('hello', more);
    await expect(refused).rejects.toThrow(BadRequestError);
    await expect(refused).rejects.toMatchObject({ type: 'invalid_request_error', ...expected });
  });

  it('refuses a call without a key, and a body that is not JSON', async () => {
    const url = `${simulator.url}/primary/v1/chat/completions`;
    const keyless = await fetch(url, { method: 'POST', body: '{}' });
    expect(keyless.status).toBe(401);
    const broken = await fetch(url, { method: 'POST', body: '{', headers: { authorization: 'Bearer x' } });
    expect([broken.status, await broken.json()]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
    expect((await fetch(url, { headers: { authorization: 'Bearer x' } })).status).toBe(405);
    const elsewhere = await fetch(`${simulator.url}/primary/v1/files`, { headers: { authorization: 'Bearer x' } });
    expect(elsewhere.status).toBe(404);
  });

  it.each<[FaultKindName, number, new (...parts: never[]) => Error, object]>([
    ['rate-limit', 429, RateLimitError, { code: 'rate_limit_exceeded' }],
    ['quota-exhausted', 429, RateLimitError, { code: 'insufficient_quota', type: 'insufficient_quota' }],
    ['server-error', 500, InternalServerError, { type: 'server_error' }],
    ['unavailable', 503, InternalServerError, {}],
    ['overloaded', 503, InternalServerError, {}],
    ['bad-request', 400, BadRequestError, {}],
    ['unauthorized', 401, AuthenticationError, { code: 'invalid_api_key' }],
  ])('sees %s as its typed error', async (kind, status, type, fields) => {
    simulator.setFault({ channel: 'primary', kind });
    const failed = say('hello');
    await expect(failed).rejects.toThrow(type);
    await expect(failed).rejects.toMatchObject({ status, ...fields });
    const streamed = say('hello', { stream: true });
    await expect(streamed).rejects.toThrow(type);
  });

  it('throws the error that comes inside a stream', async () => {
    simulator.setFault({ channel: 'primary', kind: 'error-event', afterTokens: 2 });
    const stream = client.chat.completions.stream({ model, messages: [{ role: 'user', content: 'hello' }] });
    await expect(collect(stream)).rejects.toThrow(/The server had an error/);
  });
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
