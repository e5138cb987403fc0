import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI, {
  APIError,
  AuthenticationError,
  BadRequestError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import type { ChatCompletionCreateParamsNonStreaming, ChatCompletionTool } from 'openai/resources';
import { parseJson } from '#libs/kernel';
import { startSimulatedGateway, type SimulatedGateway } from '../support/simulated-gateway.js';

const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const tool = (name: string): ChatCompletionTool => ({
  type: 'function',
  function: {
    name,
    description: `Tells the ${name}.`,
    parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
  },
});
const tools = [tool('weather'), tool('time')];

let backend: SimulatedGateway;
let client: OpenAI;

beforeAll(async () => {
  backend = await startSimulatedGateway();
  client = new OpenAI({ apiKey: backend.gateway.key, baseURL: `${backend.gateway.url}/v1`, maxRetries: 0 });
}, 60_000);

afterEach(() => backend.simulator.clearFaults());

afterAll(async () => backend.stop(), 60_000);

type More = Partial<Omit<ChatCompletionCreateParamsNonStreaming, 'stream'>>;

const params = (model: string, text: string, more: More = {}) => ({
  model,
  messages: [{ role: 'user' as const, content: text }],
  ...more,
});

/** The last body that a provider was sent. */
const sent = () => parseJson(String(backend.simulator.calls().at(-1)?.request.body));

describe.each([
  ['gpt', 'openai-primary'],
  ['claude', 'anthropic-primary'],
] as const)('the OpenAI SDK calls %s', (model, channel) => {
  const said = (text: string): string => `Simulated answer from ${channel} (${model}-1): you said "${text}".`;
  const say = (text: string, more: More = {}) => client.chat.completions.create(params(model, text, more));

  it('and gets a whole answer, with usage and a request id', async () => {
    const answer = await say('good morning');
    const message = { role: 'assistant', content: said('good morning') };
    expect(answer).toMatchObject({ object: 'chat.completion', model: `${model}-1` });
    expect(answer.choices).toMatchObject([{ index: 0, finish_reason: 'stop', message }]);
    const completion_tokens = Number(answer.usage?.completion_tokens);
    expect(answer.usage).toMatchObject({ prompt_tokens: 3, total_tokens: 3 + completion_tokens });
    expect(answer._request_id).toMatch(/^req_[0-9a-f]{32}$/);
  });

  it('and streams the same text, with usage where it asks for it and none where it does not', async () => {
    const whole = await say('count with me');
    const stream = { ...params(model, 'count with me'), stream: true } as const;
    const asked = await collect(
      await client.chat.completions.create({ ...stream, stream_options: { include_usage: true } }),
    );
    expect(asked.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(said('count with me'));
    expect(asked[0]?.choices[0]?.delta.role).toBe('assistant');
    expect(asked.at(-2)?.choices[0]?.finish_reason).toBe('stop');
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: whole.usage?.total_tokens } });
    const unasked = await collect(await client.chat.completions.create(stream));
    expect(unasked.at(-1)?.choices[0]?.finish_reason).toBe('stop');
    expect(unasked.filter((chunk) => chunk.usage)).toEqual([]);
  });

  it('through the streaming helper', async () => {
    const completion = await client.chat.completions.stream(params(model, 'help me')).finalChatCompletion();
    expect(completion.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: said('help me') } });
  });

  it('with a system prompt and several turns', async () => {
    const answer = await client.chat.completions.create({
      model,
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: 'one' },
        { role: 'assistant', content: 'two' },
        { role: 'user', content: 'three' },
      ],
    });
    expect(answer.choices[0]?.message.content).toBe(said('three'));
    expect(sent()).toHaveProperty(model === 'gpt' ? 'messages.0.content' : 'system.0.text', 'Be brief.');
  });

  it.each(['auto', 'required', 'named'] as const)('with tools, %s', async (choice) => {
    const named = { type: 'function', function: { name: 'time' } } as const;
    const answer = await say(choice === 'auto' ? 'use weather for Paris' : 'hello', {
      tools,
      ...(choice === 'auto' ? {} : { tool_choice: choice === 'named' ? named : choice }),
    });
    const [called] = answer.choices;
    expect(called).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    const [call, ...others] = called?.message.tool_calls ?? [];
    expect(others).toEqual([]);
    expect(call).toMatchObject({
      type: 'function',
      function: { name: choice === 'named' ? 'time' : 'weather', arguments: '{"city":"example"}' },
    });
  });

  it('with parallel tools, streamed, and gives their results back', async () => {
    const stream = client.chat.completions.stream(params(model, 'weather and time, please', { tools }));
    const { message, finish_reason } = (await stream.finalChatCompletion()).choices[0] ?? {};
    const calls = message?.tool_calls ?? [];
    expect(finish_reason).toBe('tool_calls');
    const called = (name: string) => ({ function: { name, arguments: '{"city":"example"}' } });
    expect(calls).toMatchObject([called('weather'), called('time')]);
    const answer = await client.chat.completions.create({
      model,
      tools,
      messages: [
        { role: 'user', content: 'weather and time, please' },
        { role: 'assistant', tool_calls: calls },
        ...calls.map(({ id }, at) => ({ role: 'tool' as const, tool_call_id: id, content: `result ${at}` })),
      ],
    });
    expect(answer.choices[0]?.message.content).toContain('the tool answered "result');
    expect(JSON.stringify(sent())).toMatch(/"result 0".*"result 1"/);
  });

  it('with images, as data and by address', async () => {
    const answer = await client.chat.completions.create({
      model,
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'compare' },
            { type: 'image_url', image_url: { url: pixel } },
            { type: 'image_url', image_url: { url: 'https://example.com/cat.png' } },
          ],
        },
      ],
    });
    expect(answer.choices[0]?.message.content).toContain('and showed 2 images');
  });

  it('with structured output', async () => {
    const schema = { type: 'object', properties: { age: { type: 'integer', minimum: 3 } }, required: ['age'] };
    const answer = await say('who', {
      response_format: { type: 'json_schema', json_schema: { name: 'person', schema } },
    });
    expect(answer.choices[0]?.message.content).toBe('{"age":3}');
  });

  it('and learns why an answer stopped', async () => {
    const short = await say('hello', { max_completion_tokens: 2 });
    expect([short.choices[0]?.finish_reason, short.usage?.completion_tokens]).toEqual(['length', 2]);
    const stopped = await say('hello', { stop: [' from'] });
    expect(stopped.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'Simulated answer' } });
  });

  it.each([400_000, 2_000_000])('with a prompt of %i bytes', async (bytes) => {
    const text = 'wörter und 語 🙂 '.repeat(bytes / 21);
    const whole = await say(text);
    expect(whole.choices[0]?.message.content).toContain(text.slice(0, 100));
    expect(sent()).toHaveProperty(model === 'gpt' ? 'messages.0.content' : 'messages.0.content.0.text', text);
    const streamed = await client.chat.completions.stream(params(model, text)).finalChatCompletion();
    expect(streamed.choices[0]?.message.content).toBe(whole.choices[0]?.message.content);
  });

  it('and gets the error that comes inside a stream', async () => {
    backend.simulator.setFault({ channel, kind: 'error-event', model: `${model}-alone-1`, afterTokens: 2 });
    const seen: string[] = [];
    const stream = client.chat.completions.stream(params(`${model}-alone`, 'hello'));
    const reading = stream.on('content', (text) => seen.push(text)).finalChatCompletion();
    await expect(reading).rejects.toThrow(APIError);
    await expect(reading).rejects.toMatchObject({ code: 'stream_interrupted', type: 'server_error' });
    expect(seen.join('')).toMatch(/^Simulated/);
  });

  it.each([
    ['a refusal of the request', 'bad-request', BadRequestError, { status: 400, code: 'provider_rejected' }],
    ['an outage', 'server-error', InternalServerError, { status: 503, code: 'targets_exhausted' }],
    ['a revoked credential', 'unauthorized', InternalServerError, { status: 503, code: 'targets_exhausted' }],
  ] as const)('and gets %s as its typed error', async (_name, kind, type, fields) => {
    backend.simulator.setFault({ channel, kind, model: `${model}-alone-1` });
    for (const stream of [false, true]) {
      const failed = client.chat.completions.create({ ...params(`${model}-alone`, 'hello'), stream });
      await expect(failed).rejects.toThrow(type);
      await expect(failed).rejects.toMatchObject(fields);
    }
  });

  it('and gets a full quota as its typed error, with the time to wait', async () => {
    const scope = { channel, model: `${model}-limited-1` };
    backend.simulator.setFault({ ...scope, kind: 'rate-limit', retryAfterSeconds: 7 });
    const limited = client.chat.completions.create(params(`${model}-limited`, 'hello'));
    await expect(limited).rejects.toThrow(RateLimitError);
    const headers = await limited.catch((error: unknown) => (error instanceof RateLimitError ? error.headers : null));
    expect(new Headers(headers instanceof Headers ? headers : {}).get('retry-after')).toBe('7');
  });

  it('50 times at once, and each caller gets their own answer', async () => {
    const texts = Array.from({ length: 50 }, (_, at) => `caller ${at}`);
    const answers = await Promise.all(
      texts.map((text, at) =>
        at % 2 === 0 ? say(text) : client.chat.completions.stream(params(model, text)).finalChatCompletion(),
      ),
    );
    expect(answers.map((answer) => answer.choices[0]?.message.content)).toEqual(texts.map(said));
  });
});

describe('the OpenAI SDK', () => {
  it.each([
    ['an unknown route', 'right', NotFoundError, { status: 404, code: 'route_not_found', param: 'model' }],
    ['a wrong key', 'wrong', AuthenticationError, { status: 401, code: 'invalid_key' }],
    ['a key that may not', 'narrow', PermissionDeniedError, { status: 403, code: 'route_forbidden', param: 'model' }],
  ] as const)('gets %s as its typed error', async (_name, which, type, fields) => {
    const apiKey = { right: backend.gateway.key, wrong: 'bw_wrong', narrow: backend.narrowKey }[which];
    for (const stream of [false, true]) {
      const asked = { ...params(which === 'right' ? 'nobody' : 'claude', 'hi'), stream };
      const refused = client.withOptions({ apiKey }).chat.completions.create(asked);
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
