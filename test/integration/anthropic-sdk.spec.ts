import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import Anthropic, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from '@anthropic-ai/sdk';
import type { MessageCreateParamsNonStreaming, Tool } from '@anthropic-ai/sdk/resources';
import { parseJson } from '#libs/kernel';
import { startSimulatedGateway, type SimulatedGateway } from '../support/simulated-gateway.js';

const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const tool = (name: string): Tool => ({
  name,
  description: `Tells the ${name}.`,
  input_schema: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
});
const tools = [tool('weather'), tool('time')];

let backend: SimulatedGateway;
let client: Anthropic;

beforeAll(async () => {
  backend = await startSimulatedGateway();
  client = new Anthropic({ apiKey: backend.gateway.key, baseURL: backend.gateway.url, maxRetries: 0 });
}, 60_000);

afterEach(() => backend.simulator.clearFaults());

afterAll(async () => backend.stop(), 60_000);

type More = Partial<Omit<MessageCreateParamsNonStreaming, 'stream'>>;

const params = (model: string, text: string, more: More = {}) => ({
  model,
  max_tokens: 500,
  messages: [{ role: 'user' as const, content: text }],
  ...more,
});

/** The last body that a provider was sent. */
const sent = () => parseJson(String(backend.simulator.calls().at(-1)?.request.body));

describe.each([
  ['claude', 'anthropic-primary'],
  ['gpt', 'openai-primary'],
] as const)('the Anthropic SDK calls %s', (model, channel) => {
  const said = (text: string): string => `Simulated answer from ${channel} (${model}-1): you said "${text}".`;
  const say = (text: string, more: More = {}) => client.messages.create(params(model, text, more));

  it('and gets a whole answer, with usage and a request id', async () => {
    const answer = await say('good morning');
    expect(answer).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: `${model}-1`,
      content: [{ type: 'text', text: said('good morning') }],
      stop_reason: 'end_turn',
      stop_sequence: null,
    });
    expect(answer.usage.input_tokens).toBe(3);
    expect(answer.usage.output_tokens).toBeGreaterThan(3);
    expect(answer._request_id).toMatch(/^req_[0-9a-f]{32}$/);
  });

  it('and streams the same text, in the order of events that the API promises', async () => {
    const whole = await say('count with me');
    const events = await collect(await client.messages.create({ ...params(model, 'count with me'), stream: true }));
    const order = events.map(({ type }) => type).filter((type, at, all) => type !== all[at - 1]);
    expect(order.join(' ')).toMatch(
      /^message_start content_block_start (ping )?content_block_delta content_block_stop message_delta message_stop$/,
    );
    const deltas = events.flatMap((event) => (event.type === 'content_block_delta' ? event.delta : []));
    expect(deltas.map((delta) => (delta.type === 'text_delta' ? delta.text : '')).join('')).toBe(said('count with me'));
    expect(events.find((event) => event.type === 'message_delta')?.usage.output_tokens).toBe(whole.usage.output_tokens);
  });

  it('through the streaming helper', async () => {
    const stream = client.messages.stream(params(model, 'help me'));
    const message = await stream.finalMessage();
    expect(message).toMatchObject({ stop_reason: 'end_turn', content: [{ type: 'text', text: said('help me') }] });
    expect(message.usage.output_tokens).toBe((await say('help me')).usage.output_tokens);
    expect(stream.request_id).toMatch(/^req_[0-9a-f]{32}$/);
  });

  it('with a system prompt and several turns', async () => {
    const messages = ['one', 'two', 'three'].map((content, at) => ({
      role: at === 1 ? ('assistant' as const) : ('user' as const),
      content,
    }));
    const answer = await client.messages.create({ model, max_tokens: 500, system: 'Be brief.', messages });
    expect(answer.content).toMatchObject([{ text: said('three') }]);
    expect(sent()).toHaveProperty(model === 'claude' ? 'system' : 'messages.0.content', 'Be brief.');
  });

  it.each(['auto', 'any', 'tool'] as const)('with tools, %s', async (type) => {
    const answer = await say(type === 'auto' ? 'use weather for Paris' : 'hello', {
      tools,
      tool_choice: type === 'tool' ? { type, name: 'time' } : { type },
    });
    expect(answer.stop_reason).toBe('tool_use');
    expect(answer.content).toMatchObject([
      { type: 'tool_use', name: type === 'tool' ? 'time' : 'weather', input: { city: 'example' } },
    ]);
  });

  it('with parallel tools, streamed, and gives their results back', async () => {
    const asked = params(model, 'weather and time, please', { tools });
    const called = await client.messages.stream(asked).finalMessage();
    expect(called.stop_reason).toBe('tool_use');
    expect(called.content).toMatchObject(
      ['weather', 'time'].map((name) => ({ type: 'tool_use', name, input: { city: 'example' } })),
    );
    const results = called.content.flatMap((block, at) =>
      block.type === 'tool_use'
        ? [{ type: 'tool_result' as const, tool_use_id: block.id, content: `result ${at}` }]
        : [],
    );
    const messages = [
      ...asked.messages,
      { role: 'assistant' as const, content: called.content },
      { role: 'user' as const, content: results },
    ];
    const answer = await client.messages.create({ ...asked, messages });
    expect(answer.content).toMatchObject([{ text: expect.stringContaining('the tool answered "result') }]);
    expect(JSON.stringify(sent())).toMatch(/"result 0".*"result 1"/);
    const alone = { ...asked, tool_choice: { type: 'auto', disable_parallel_tool_use: true } } as const;
    expect((await client.messages.create(alone)).content).toHaveLength(1);
  });

  it('through the tool runner, which goes on with the whole conversation where it asks for a thread', async () => {
    const asked: unknown[] = [];
    const run = (input: unknown): string => {
      asked.push(input);
      return 'Sunny.';
    };
    const runner = client.beta.messages.toolRunner({
      ...params(model, 'call the tool weather'),
      tools: [{ ...tool('weather'), type: 'custom', run, parse: (input: unknown) => input }],
      max_iterations: 2,
    });
    const answer = await runner.runUntilDone();
    expect(asked).toHaveLength(1);
    expect(answer.content).toMatchObject([{ type: 'text' }]);
    expect(sent()).not.toHaveProperty('thread');
  });

  it('with images, as data and by address', async () => {
    const answer = await client.messages.create({
      model,
      max_tokens: 500,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'compare' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } },
            { type: 'image', source: { type: 'url', url: 'https://example.com/cat.png' } },
          ],
        },
      ],
    });
    expect(answer.content).toMatchObject([{ text: expect.stringContaining('and showed 2 images') }]);
  });

  it('with structured output', async () => {
    const schema = { type: 'object', properties: { age: { type: 'integer', minimum: 3 } }, required: ['age'] };
    const answer = await say('who', { output_config: { format: { type: 'json_schema', schema } } });
    expect(answer.content).toMatchObject([{ text: '{"age":3}' }]);
  });

  it('and learns why an answer stopped', async () => {
    const short = await say('hello', { max_tokens: 2 });
    expect([short.stop_reason, short.usage.output_tokens]).toEqual(['max_tokens', 2]);
    const stopped = await say('hello', { stop_sequences: [' from'] });
    // OpenAI does not tell an end from a stop sequence.
    expect(stopped.stop_reason).toBe(model === 'claude' ? 'stop_sequence' : 'end_turn');
    expect(stopped.content).toMatchObject([{ text: 'Simulated answer' }]);
  });

  it.each([400_000, 2_000_000])('with a prompt of %i bytes', async (bytes) => {
    const text = 'wörter und 語 🙂 '.repeat(bytes / 21);
    const whole = await say(text);
    expect(whole.content).toMatchObject([{ text: expect.stringContaining(text.slice(0, 100)) }]);
    expect(sent()).toHaveProperty('messages.0.content', text);
    const streamed = await client.messages.stream(params(model, text)).finalMessage();
    expect(streamed.content).toMatchObject(whole.content);
  });

  it('and gets the error that comes inside a stream', async () => {
    backend.simulator.setFault({ channel, kind: 'error-event', model: `${model}-alone-1`, afterTokens: 2 });
    const seen: string[] = [];
    const stream = client.messages.stream(params(`${model}-alone`, 'hello')).on('text', (text) => seen.push(text));
    const reading = stream.finalMessage();
    await expect(reading).rejects.toThrow(APIError);
    await expect(reading).rejects.toMatchObject({ type: 'api_error', errorCode: 'stream_interrupted' });
    expect(seen.join('')).toMatch(/^Simulated/);
  });

  it.each([
    ['a refusal of the request', 'bad-request', BadRequestError, { status: 400, errorCode: 'provider_rejected' }],
    ['an outage', 'server-error', InternalServerError, { status: 503, errorCode: 'targets_exhausted' }],
    ['a revoked credential', 'unauthorized', InternalServerError, { status: 503, errorCode: 'targets_exhausted' }],
  ] as const)('and gets %s as its typed error', async (_name, kind, type, fields) => {
    backend.simulator.setFault({ channel, kind, model: `${model}-alone-1` });
    for (const stream of [false, true]) {
      const failed = client.messages.create({ ...params(`${model}-alone`, 'hello'), stream });
      await expect(failed).rejects.toThrow(type);
      await expect(failed).rejects.toMatchObject(fields);
    }
  });

  it('and gets a full quota as its typed error, with the time to wait', async () => {
    backend.simulator.setFault({ channel, model: `${model}-limited-1`, kind: 'rate-limit', retryAfterSeconds: 7 });
    const limited = client.messages.create(params(`${model}-limited`, 'hello'));
    await expect(limited).rejects.toThrow(RateLimitError);
    const headers = await limited.catch((error: unknown) => (error instanceof RateLimitError ? error.headers : null));
    expect(new Headers(headers instanceof Headers ? headers : {}).get('retry-after')).toBe('7');
  });

  it('50 times at once, and each caller gets their own answer', async () => {
    const texts = Array.from({ length: 50 }, (_, at) => `caller ${at}`);
    const answers = await Promise.all(
      texts.map((text, at) => (at % 2 === 0 ? say(text) : client.messages.stream(params(model, text)).finalMessage())),
    );
    expect(answers.map(({ content }) => content)).toMatchObject(texts.map((text) => [{ text: said(text) }]));
  });
});

describe('the Anthropic SDK', () => {
  it('may send its key as a bearer token', async () => {
    const other = new Anthropic({ authToken: backend.gateway.key, apiKey: null, baseURL: backend.gateway.url });
    expect((await other.messages.create(params('claude', 'hi'))).type).toBe('message');
  });

  it.each([
    ['an unknown route', 'right', NotFoundError, { status: 404, type: 'not_found_error' }],
    ['a wrong key', 'wrong', AuthenticationError, { status: 401, type: 'authentication_error' }],
    ['a key that may not', 'narrow', PermissionDeniedError, { type: 'permission_error', errorCode: 'route_forbidden' }],
  ] as const)('gets %s as its typed error', async (_name, which, type, fields) => {
    const apiKey = { right: backend.gateway.key, wrong: 'bw_wrong', narrow: backend.narrowKey }[which];
    for (const stream of [false, true]) {
      const asked = { ...params(which === 'right' ? 'nobody' : 'claude', 'hi'), stream };
      const refused = client.withOptions({ apiKey }).messages.create(asked);
      await expect(refused).rejects.toThrow(type);
      await expect(refused).rejects.toMatchObject({ ...fields, requestID: expect.stringMatching(/^req_/) });
    }
  });
});

async function collect<Item>(items: AsyncIterable<Item>): Promise<readonly Item[]> {
  const collected: Item[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
