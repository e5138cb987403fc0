import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSdkServer, type SdkServer } from '../cross-family/sdk-server.fixture.js';
import { textStream, toolAnswer, toolStream } from './openai-answers.fixture.js';
import { anthropicMessagesToOpenAi } from './translator.js';

const target = {
  provider: 'openai',
  providerModel: 'gpt-5-mini',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
} as const;
const call = {
  model: 'chat',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content: 'What is the weather in Paris?' }],
};
const tools = ['get_weather', 'get_time'].map((name) => ({ name, input_schema: { type: 'object' as const } }));
const content = [
  { type: 'text', text: 'I will look – naïve ☀️.' },
  { type: 'tool_use', id: 'call_a', name: 'get_weather', input: { city: 'Paris' } },
  { type: 'tool_use', id: 'call_b', name: 'get_time', input: {} },
];
const usage = { input_tokens: 15, cache_read_input_tokens: 85, output_tokens: 42 };

describe('the Anthropic SDK, served by OpenAI', () => {
  let server: SdkServer;
  let anthropic: Anthropic;
  let stream = toolStream;

  beforeAll(async () => {
    server = await startSdkServer(anthropicMessagesToOpenAi, target, () => ({
      answer: JSON.stringify(toolAnswer),
      stream,
    }));
    anthropic = new Anthropic({ baseURL: server.url, apiKey: 'none', maxRetries: 0 });
  });
  afterAll(() => server.stop());

  it('reads a whole answer', async () => {
    const message = await anthropic.messages.create({ ...call, tools });
    expect(message).toMatchObject({ id: 'msg_BnXy12', content, stop_reason: 'tool_use', usage });
    expect(server.sent.at(-1)).toMatchObject({
      model: 'gpt-5-mini',
      tools: [{ function: { name: 'get_weather' } }, {}],
    });
  });

  it('reads a stream of tool calls through its helper', async () => {
    stream = toolStream;
    const blocks: string[] = [];
    const helper = anthropic.messages.stream({ ...call, tools }).on('contentBlock', ({ type }) => blocks.push(type));
    expect(await helper.finalMessage()).toMatchObject({ content, stop_reason: 'tool_use', usage });
    expect(blocks).toEqual(['text', 'tool_use', 'tool_use']);
  });

  it('reads a stream of text', async () => {
    stream = textStream;
    expect(await anthropic.messages.stream(call).finalText()).toBe('Hello there');
  });
});
