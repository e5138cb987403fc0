import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Anthropic, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import { startSimulator, type FaultKindName, type Simulator } from '#libs/simulators';

const model = 'claude-haiku-4-5-20251001';
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
const weather: Anthropic.Tool = {
  name: 'get_weather',
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
};
const wholeText = (message: Anthropic.Message): string =>
  message.content.map((block) => (block.type === 'text' ? block.text : '')).join('');

describe('the Anthropic SDK on a simulated channel', () => {
  let simulator: Simulator;
  let client: Anthropic;

  const asked = (content: string, more: object = {}) => ({
    model,
    max_tokens: 4096,
    messages: [{ role: 'user' as const, content }],
    ...more,
  });
  const say = (content: string, more: object = {}) => client.messages.create(asked(content, more));

  beforeAll(async () => {
    simulator = await startSimulator({
      port: 0,
      channels: [
        { id: 'primary', family: 'anthropic' },
        { id: 'narrow', family: 'anthropic', models: [model] },
      ],
    });
    client = new Anthropic({ baseURL: `${simulator.url}/primary`, apiKey: 'sk-test', maxRetries: 0 });
  });
  beforeEach(() => simulator.clearFaults());
  afterAll(() => simulator.close());

  it('gets an answer that names the channel, the model and what was said', async () => {
    const { data, response } = await say('good morning').withResponse();
    expect(wholeText(data)).toBe(`Simulated answer from primary (${model}): you said "good morning".`);
    expect(data).toMatchObject({ type: 'message', role: 'assistant', model, stop_reason: 'end_turn' });
    expect(data.id).toMatch(/^msg_01\w{22}$/);
    expect(data.usage).toMatchObject({ input_tokens: 3, cache_read_input_tokens: 0 });
    expect(response.headers.get('request-id')).toMatch(/^req_011C/);
    expect(response.headers.get('anthropic-ratelimit-requests-remaining')).toBe('3999');
  });

  it('streams the same message, in the vendor’s order of events', async () => {
    const whole = await say('count with me');
    const stream = client.messages.stream(asked('count with me'));
    const types = (await collect(stream)).map(({ type }) => type);
    const final = await stream.finalMessage();
    expect(final.content).toMatchObject(whole.content);
    expect(final.usage).toMatchObject(whole.usage);
    expect(types.slice(0, 3)).toEqual(['message_start', 'content_block_start', 'content_block_delta']);
    expect(types.slice(-3)).toEqual(['content_block_stop', 'message_delta', 'message_stop']);
    const raw = simulator.calls().at(-1)?.response.body.toString() ?? '';
    expect(raw).toContain('event: ping\ndata: {"type":"ping"}\n\n');
  });

  it('calls the tool that the user names, in both modes, with valid input', async () => {
    const expected = { type: 'tool_use', name: 'get_weather', input: { city: 'example' } };
    const whole = await say('please get weather', { tools: [weather] });
    expect(whole).toMatchObject({ stop_reason: 'tool_use', content: [expected] });
    const final = await client.messages.stream(asked('use a tool', { tools: [weather] })).finalMessage();
    expect(final).toMatchObject({ stop_reason: 'tool_use', content: [expected] });
  });

  it('answers in text after the tool did, and calls none unasked or when told not to', async () => {
    const forced = await say('nothing', { tools: [weather], tool_choice: { type: 'tool', name: 'get_weather' } });
    const use = forced.content.find((block) => block.type === 'tool_use');
    const after = await client.messages.create({
      model,
      max_tokens: 100,
      tools: [weather],
      messages: [
        { role: 'user', content: 'use get_weather' },
        { role: 'assistant', content: forced.content },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: use?.id ?? '', content: '21 degrees' }] },
      ],
    });
    expect(wholeText(after)).toContain('the tool answered "21 degrees"');
    expect((await say('hello', { tools: [weather] })).stop_reason).toBe('end_turn');
    const refused = await say('use get_weather', { tools: [weather], tool_choice: { type: 'none' } });
    expect(refused.stop_reason).toBe('end_turn');
  });

  it('takes images and system prompts', async () => {
    const message = await client.messages.create({
      model,
      max_tokens: 100,
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
            { type: 'text', text: 'what is this' },
          ],
        },
      ],
    });
    expect(wholeText(message)).toContain('you said "what is this" and showed 1 image.');
    expect(message.usage.input_tokens).toBe(1600 + 6);
  });

  it('stops at a length and at a stop sequence', async () => {
    const short = await say('hello', { max_tokens: 2 });
    expect(short).toMatchObject({ stop_reason: 'max_tokens', usage: { output_tokens: 2 } });
    const stopped = await say('hello', { stop_sequences: [' from'] });
    expect(stopped).toMatchObject({ stop_reason: 'stop_sequence', stop_sequence: ' from' });
    expect(wholeText(stopped)).toBe('Simulated answer');
  });

  it('thinks first, with a signature, when thinking is enabled', async () => {
    const thinking = { thinking: { type: 'enabled', budget_tokens: 2000 } };
    const whole = await say('hello', thinking);
    expect(whole.content.map(({ type }) => type)).toEqual(['thinking', 'text']);
    const final = await client.messages.stream(asked('hello', thinking)).finalMessage();
    expect(final.content).toMatchObject(whole.content);
    expect(final.content[0]).toMatchObject({ signature: expect.stringMatching(/.+/) });
  });

  it('answers by a schema, reads from the cache, and counts tokens', async () => {
    const schema = { type: 'object', properties: { age: { type: 'integer', minimum: 3 } }, required: ['age'] };
    const fitting = await say('hello', { output_config: { format: { type: 'json_schema', schema } } });
    expect(JSON.parse(wholeText(fitting))).toEqual({ age: 3 });
    const system = [{ type: 'text', text: 'x'.repeat(400), cache_control: { type: 'ephemeral' } }];
    const cached = await say('four', { system });
    expect(cached.usage).toMatchObject({ input_tokens: 51, cache_read_input_tokens: 50 });
    const counted = await client.messages.countTokens({ model, messages: [{ role: 'user', content: 'eight ch' }] });
    expect(counted.input_tokens).toBe(2);
  });

  it('lists its models, and refuses others', async () => {
    const narrow = client.withOptions({ baseURL: `${simulator.url}/narrow` });
    expect((await narrow.models.list()).data.map(({ id }) => id)).toEqual([model]);
    const unknown = narrow.messages.create(asked('hi', { model: 'claude-0' }));
    await expect(unknown).rejects.toThrow(NotFoundError);
    await expect(unknown).rejects.toMatchObject({ type: 'not_found_error' });
  });

  it.each([
    ['no max_tokens', { max_tokens: undefined }, 'max_tokens: Field required'],
    ['an unknown parameter', { num_ctx: 1 }, 'num_ctx: Extra inputs are not permitted'],
    ['a parameter that every object has', { toString: 1 }, 'toString: Extra inputs are not permitted'],
    ['a wrong type', { stream: 'yes' }, 'stream: Input should be a valid boolean'],
    ['a value out of range', { max_tokens: 0 }, 'max_tokens: Input should be greater than or equal to 1'],
    ['an empty conversation', { messages: [] }, 'messages: at least one message is required'],
    ['a bad role', { messages: [{ role: 'tool', content: 'x' }] }, 'messages.0.role: Input should be'],
    ['no content', { messages: [{ role: 'user' }] }, 'messages.0.content: Field required'],
    ['an empty text', { messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] }, 'must be non-empty'],
    ['a foreign block', { messages: [{ role: 'user', content: [{ type: 'image_url' }] }] }, "Input tag 'image_url'"],
    [
      'an assistant first',
      { messages: [{ role: 'assistant', content: 'x' }] },
      'first message must use the "user" role',
    ],
    ['a small thinking budget', { thinking: { type: 'enabled', budget_tokens: 1 } }, 'budget_tokens'],
    ['a tool without a schema', { tools: [{ name: 'a' }] }, 'tools.0.custom.input_schema: Field required'],
    ['a tool choice without tools', { tool_choice: { type: 'any' } }, 'tool_choice may only be specified'],
    [
      'a lonely result',
      { messages: [{ role: 'user', content: [{ type: 'tool_result', tool_use_id: 'x' }] }] },
      'unexpected',
    ],
    [
      'an unanswered tool use',
      {
        messages: [
          { role: 'user', content: 'x' },
          { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 'a', input: {} }] },
          { role: 'user', content: 'y' },
        ],
      },
      'without `tool_result` blocks immediately after: toolu_1',
    ],
    [
      'a bad image',
      { messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64' } }] }] },
      'media_type',
    ],
  ])('refuses %s as the vendor does', async (_name, more, message) => {
    const refused = say('hello', more);
    await expect(refused).rejects.toThrow(BadRequestError);
    await expect(refused).rejects.toMatchObject({
      type: 'invalid_request_error',
      apiMessage: expect.stringContaining(message),
    });
  });

  it('wants a key in either header, and a version', async () => {
    const post = async (headers: Record<string, string>) => {
      const answer = await fetch(`${simulator.url}/primary/v1/messages`, { method: 'POST', body: '{}', headers });
      return [answer.status, await answer.text()];
    };
    const version = { 'anthropic-version': '2023-06-01' };
    expect(await post(version)).toEqual([401, expect.stringContaining('authentication_error')]);
    expect(await post({ 'x-api-key': 'x' })).toEqual([400, expect.stringContaining('anthropic-version')]);
    expect(await post({ ...version, authorization: 'Bearer x' })).toEqual([400, expect.stringContaining('model')]);
  });

  it.each<[FaultKindName, number, new (...parts: never[]) => Error, string]>([
    ['rate-limit', 429, RateLimitError, 'rate_limit_error'],
    ['quota-exhausted', 400, BadRequestError, 'invalid_request_error'],
    ['server-error', 500, InternalServerError, 'api_error'],
    ['unavailable', 503, APIError, 'api_error'],
    ['overloaded', 529, APIError, 'overloaded_error'],
    ['bad-request', 400, BadRequestError, 'invalid_request_error'],
    ['unauthorized', 401, AuthenticationError, 'authentication_error'],
  ])('sees %s as its typed error', async (kind, status, errorClass, type) => {
    simulator.setFault({ channel: 'primary', kind });
    const failed = say('hello');
    await expect(failed).rejects.toThrow(errorClass);
    await expect(failed).rejects.toMatchObject({ status, type });
    await expect(client.messages.stream(asked('hello')).finalMessage()).rejects.toMatchObject({ status, type });
  });

  it('throws the error that comes inside a stream', async () => {
    simulator.setFault({ channel: 'primary', kind: 'error-event', afterTokens: 2 });
    const stream = client.messages.stream(asked('hello'));
    await expect(stream.finalMessage()).rejects.toMatchObject({ type: 'overloaded_error' });
  });
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
