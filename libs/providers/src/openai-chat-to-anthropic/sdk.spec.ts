import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { textStream, toolAnswer, toolStream } from './anthropic-answers.fixture.js';
import { startSdkServer, type SdkServer } from '../cross-family/sdk-server.fixture.js';
import { openAiChatToAnthropic } from './translator.js';

const target = {
  provider: 'anthropic',
  providerModel: 'claude-sonnet-4-5',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
} as const;
const messages = [{ role: 'user' as const, content: 'What is the weather in Paris?' }];
const tools = ['get_weather', 'get_time'].map((name) => ({
  type: 'function' as const,
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } } },
}));
const toolCalls = [
  { id: 'toolu_01A', type: 'function', function: { name: 'get_weather' } },
  { id: 'toolu_01B', type: 'function', function: { name: 'get_time', arguments: '{}' } },
];

describe('the OpenAI SDK, served by Anthropic', () => {
  let server: SdkServer;
  let openai: OpenAI;
  let stream = toolStream;

  beforeAll(async () => {
    server = await startSdkServer(openAiChatToAnthropic, target, () => ({
      answer: JSON.stringify(toolAnswer),
      stream,
    }));
    openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
  });
  afterAll(() => server.stop());

  it('reads a whole answer', async () => {
    const answer = await openai.chat.completions.create({ model: 'chat', messages, tools });
    expect(answer.choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { tool_calls: toolCalls } });
    expect(answer.usage).toMatchObject({ prompt_tokens: 100, completion_tokens: 42, total_tokens: 142 });
    expect(Math.abs(answer.created - Date.now() / 1000)).toBeLessThan(60);
    expect(server.sent.at(-1)).toMatchObject({ model: 'claude-sonnet-4-5', tools: [{ name: 'get_weather' }, {}] });
  });

  it('reads a stream of tool calls through its helper', async () => {
    stream = toolStream;
    const names: string[] = [];
    const helper = openai.chat.completions
      .stream({ model: 'chat', messages, tools, stream_options: { include_usage: true } })
      .on('tool_calls.function.arguments.done', ({ name }) => names.push(name));
    const answer = await helper.finalChatCompletion();
    expect(answer.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { role: 'assistant', content: 'I will look – naïve ☀️.', tool_calls: toolCalls },
    });
    expect(answer.choices[0]?.message.tool_calls?.[0]).toHaveProperty('function.arguments', '{"city": "Paris"}');
    expect(answer.usage).toMatchObject({ prompt_tokens: 100, completion_tokens: 42 });
    expect(names).toEqual(['get_weather', 'get_time']);
  });

  it('reads a stream of text chunk by chunk', async () => {
    stream = textStream;
    const parts: string[] = [];
    for await (const chunk of await openai.chat.completions.create({ model: 'chat', messages, stream: true })) {
      parts.push(chunk.choices[0]?.delta.content ?? '');
    }
    expect(parts.join('')).toBe('Hello there');
  });
});
