import { describe, expect, it } from '@jest/globals';
import { callBody } from '../call-body.fixture.js';
import { openAiChatToAnthropic } from './translator.js';

const target = {
  provider: 'anthropic',
  providerModel: 'claude-sonnet-4-5',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
} as const;
const user = { role: 'user', content: 'Hi' };

function sent(body: object): unknown {
  const { request } = openAiChatToAnthropic(callBody(JSON.stringify({ model: 'chat', ...body })), target);
  return JSON.parse(Buffer.concat(request.body).toString('utf8'));
}

describe('a chat request towards Anthropic', () => {
  it('goes to the Messages path with the version Anthropic demands', () => {
    const { request } = openAiChatToAnthropic(callBody(JSON.stringify({ model: 'chat', messages: [user] })), target);
    expect(request.path).toBe('/messages');
    expect(request.headers).toEqual({
      'content-type': 'application/json',
      accept: 'application/json',
      'anthropic-version': '2023-06-01',
    });
  });

  it('carries a whole agent conversation', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0=', detail: 'low' } };
    const call = (id: string, name: string, args: string) => ({
      id,
      type: 'function',
      function: { name, arguments: args },
    });
    const body = {
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'text', text: 'Use tools.' }] },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            image,
            { type: 'image_url', image_url: { url: 'https://example.org/a.jpg' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
            { type: 'file', file: { file_data: 'data:text/plain;base64,aGVsbG8=' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          tool_calls: [call('call_1', 'look', '{"at":[1,2]}'), call('c.2', 'now', '')],
        },
        { role: 'tool', tool_call_id: 'call_1', content: 'a cat' },
        { role: 'tool', tool_call_id: 'c.2', content: [{ type: 'text', text: 'noon' }] },
        { role: 'user', content: 'So?' },
        { role: 'assistant', content: '', refusal: 'No.' },
        { role: 'user', content: 'Please.' },
      ],
    };
    const hashed: unknown = expect.stringMatching(/^toolu_[0-9a-f]{32}$/);
    expect(sent(body)).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 8192,
      system: [
        { type: 'text', text: 'Be brief.' },
        { type: 'text', text: 'Use tools.' },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0=' } },
            { type: 'image', source: { type: 'url', url: 'https://example.org/a.jpg' } },
            {
              type: 'document',
              source: { type: 'base64', media_type: 'application/pdf', data: 'JVBERi0=' },
              title: 'a.pdf',
            },
            { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'hello' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'tool_use', id: 'call_1', name: 'look', input: { at: [1, 2] } },
            { type: 'tool_use', id: hashed, name: 'now', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'call_1', content: [{ type: 'text', text: 'a cat' }] },
            { type: 'tool_result', tool_use_id: hashed, content: [{ type: 'text', text: 'noon' }] },
            { type: 'text', text: 'So?' },
          ],
        },
        { role: 'assistant', content: [{ type: 'text', text: 'No.' }] },
        { role: 'user', content: [{ type: 'text', text: 'Please.' }] },
      ],
    });
  });

  it('leaves out text without a visible character, which Anthropic refuses', () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const messages = [user, { role: 'assistant', content: '\n\n', tool_calls: [call] }];
    expect(sent({ messages })).toMatchObject({ messages: [{}, { content: [{ type: 'tool_use' }] }] });
  });

  it('keeps numbers that JavaScript would round', () => {
    const text = '{"id":1234567890123456789}';
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: text } };
    const body = callBody(
      JSON.stringify({ model: 'chat', messages: [user, { role: 'assistant', tool_calls: [call] }] }),
    );
    expect(Buffer.concat(openAiChatToAnthropic(body, target).request.body).toString()).toContain(`"input":${text}`);
  });

  it('puts tool results first in their turn', () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const body = {
      messages: [
        user,
        { role: 'assistant', tool_calls: [call] },
        { role: 'user', content: 'wait' },
        { role: 'tool', tool_call_id: 'a', content: 'r' },
      ],
    };
    expect(sent(body)).toMatchObject({
      messages: [{}, {}, { content: [{ type: 'tool_result' }, { type: 'text', text: 'wait' }] }],
    });
  });

  it.each([
    ['max_completion_tokens before max_tokens', { max_completion_tokens: 5, max_tokens: 9 }, { max_tokens: 5 }],
    ['max_tokens', { max_tokens: 9 }, { max_tokens: 9 }],
    ['one stop', { stop: 'END' }, { stop_sequences: ['END'] }],
    ['several stops', { stop: ['a', 'b'] }, { stop_sequences: ['a', 'b'] }],
    ['a temperature within Anthropic’s range', { temperature: 0.3 }, { temperature: 0.3 }],
    ['a temperature beyond it', { temperature: 1.7 }, { temperature: 1 }],
    ['top_p and top_k', { top_p: 0.9, top_k: 40 }, { top_p: 0.9, top_k: 40 }],
    ['the user', { user: 'u1' }, { metadata: { user_id: 'u1' } }],
    ['the safety identifier', { user: 'u1', safety_identifier: 's1' }, { metadata: { user_id: 's1' } }],
    ['an effort', { reasoning_effort: 'minimal' }, { output_config: { effort: 'low' } }],
    ['no effort', { reasoning_effort: 'none' }, { thinking: { type: 'disabled' } }],
    [
      'a schema',
      { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'object' } } } },
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
    ],
    ['a stream', { stream: true, stream_options: { include_usage: true } }, { stream: true }],
  ])('translates %s', (_name, fields, expected) => {
    expect(sent({ messages: [user], ...fields })).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 8192,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      ...expected,
    });
  });

  const tools = [
    { type: 'function', function: { name: 'f', description: 'd', parameters: { type: 'object' }, strict: true } },
  ];
  it.each([
    [{}, {}],
    [{ tool_choice: 'auto' }, { tool_choice: { type: 'auto' } }],
    [{ tool_choice: 'none', parallel_tool_calls: false }, { tool_choice: { type: 'none' } }],
    [{ tool_choice: 'required' }, { tool_choice: { type: 'any' } }],
    [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { tool_choice: { type: 'tool', name: 'f' } }],
    [{ parallel_tool_calls: false }, { tool_choice: { type: 'auto', disable_parallel_tool_use: true } }],
    [{ parallel_tool_calls: true }, {}],
  ])('translates tools with %j', (fields, expected) => {
    expect(sent({ messages: [user], tools, ...fields })).toEqual({
      model: 'claude-sonnet-4-5',
      max_tokens: 8192,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }],
      tools: [{ name: 'f', description: 'd', input_schema: { type: 'object' }, strict: true }],
      ...expected,
    });
  });

  it('leaves out hints, and unset fields', () => {
    const hints = {
      seed: 1,
      store: false,
      n: 1,
      logprobs: false,
      service_tier: 'auto',
      prompt_cache_key: 'k',
      metadata: { a: 'b' },
    };
    const unset = {
      logit_bias: null,
      stop: null,
      tools: null,
      temperature: null,
      frequency_penalty: 0,
      tool_choice: 'auto',
    };
    expect(sent({ messages: [user], ...hints, ...unset })).toEqual(sent({ messages: [user] }));
  });

  it('carries keys named like parts of a prototype as data', () => {
    const args = '{"__proto__":{"polluted":true},"constructor":1}';
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: args } };
    const body = { messages: [user, { role: 'assistant', tool_calls: [call] }] };
    expect(JSON.stringify(sent(body))).toContain(`"input":${args}`);
    expect({}).not.toHaveProperty('polluted');
  });
});
