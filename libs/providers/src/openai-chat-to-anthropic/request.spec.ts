import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/kernel';
import { callBody } from '../call-body.fixture.js';
import { openAiChatToAnthropic } from './translator.js';

const target = { provider: 'anthropic', providerModel: 'claude-sonnet-4-5', maxOutputTokens: 8192 } as const;
const user = { role: 'user', content: 'Hi' };

function sent(body: object): unknown {
  const { request } = openAiChatToAnthropic(callBody(JSON.stringify({ model: 'chat', ...body })), target);
  return JSON.parse(Buffer.concat(request.body).toString('utf8'));
}

function refusal(body: object): unknown {
  try {
    sent(body);
  } catch (error) {
    if (error instanceof GatewayError) return [error.code, error.field];
    throw error;
  }
  return 'accepted';
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
    [{}, undefined],
    [{ tool_choice: 'auto' }, { type: 'auto' }],
    [{ tool_choice: 'none', parallel_tool_calls: false }, { type: 'none' }],
    [{ tool_choice: 'required' }, { type: 'any' }],
    [{ tool_choice: { type: 'function', function: { name: 'f' } } }, { type: 'tool', name: 'f' }],
    [{ parallel_tool_calls: false }, { type: 'auto', disable_parallel_tool_use: true }],
    [{ parallel_tool_calls: true }, undefined],
  ])('translates tools with %j', (fields, expected) => {
    const body = sent({ messages: [user], tools, ...fields });
    expect(body).toMatchObject({
      tools: [{ name: 'f', description: 'd', input_schema: { type: 'object' }, strict: true }],
    });
    expect(body).toEqual(expect.objectContaining(expected === undefined ? {} : { tool_choice: expected }));
    expect(Object.hasOwn(Object(body), 'tool_choice')).toBe(expected !== undefined);
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
    expect(Object.keys(Object(sent({ messages: [user], ...hints, ...unset })))).toEqual([
      'model',
      'max_tokens',
      'messages',
    ]);
  });

  it.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['top_logprobs', { top_logprobs: 3 }],
    ['logit_bias', { logit_bias: { 1: 5 } }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['audio', { audio: {} }],
    ['functions', { functions: [] }],
    ['function_call', { function_call: 'auto' }],
    ['frequency_penalty', { frequency_penalty: 0.1 }],
    ['presence_penalty', { presence_penalty: -1 }],
    ['store', { store: true }],
    ['web_search_options', { web_search_options: {} }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['stop', { stop: '\n' }],
    ['tools.0.type', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
    ['tool_choice', { tools: [], tool_choice: { type: 'allowed_tools', allowed_tools: {} } }],
    ['unheard_of', { unheard_of: 1 }],
    ['__proto__', JSON.parse('{"__proto__":{"x":1}}')],
  ])('refuses %s, which it cannot express', (field, fields: object) => {
    const body = `{"messages":${JSON.stringify([user])},${JSON.stringify(fields).slice(1)}`;
    expect(refusal(JSON.parse(body))).toEqual(['unsupported_parameter', field]);
  });

  const said = (message: object) => ({ messages: [user, message] });
  const called = (call: object) => said({ role: 'assistant', tool_calls: [call] });
  const shown = (part: unknown) => said({ role: 'user', content: [{ type: 'text', text: 'a' }, part] });
  it.each([
    ['missing_field', 'messages', {}],
    ['invalid_type', 'messages', { messages: 'Hi' }],
    ['invalid_value', 'messages', { messages: [] }],
    ['invalid_type', 'messages.1', { messages: [user, 'x'] }],
    ['missing_field', 'messages.1.role', said({ content: 'x' })],
    ['invalid_value', 'messages.1.role', said({ role: 'robot', content: 'x' })],
    ['invalid_value', 'messages.1.role', said({ role: '__proto__', content: 'x' })],
    ['unsupported_parameter', 'messages.1.role', said({ role: 'function', name: 'f', content: 'x' })],
    ['missing_field', 'messages.1.content', said({ role: 'user' })],
    ['missing_field', 'messages.1.content', said({ role: 'assistant' })],
    ['invalid_type', 'messages.1.content', said({ role: 'user', content: 5 })],
    ['missing_field', 'messages.1.tool_call_id', said({ role: 'tool', content: 'x' })],
    [
      'missing_field',
      'messages.1.tool_calls.0.id',
      called({ type: 'function', function: { name: 'f', arguments: '{}' } }),
    ],
    ['missing_field', 'messages.1.tool_calls.0.function', called({ id: 'a', type: 'function' })],
    [
      'invalid_value',
      'messages.1.tool_calls.0.function.arguments',
      called({ id: 'a', function: { name: 'f', arguments: '{' } }),
    ],
    [
      'invalid_value',
      'messages.1.tool_calls.0.function.arguments',
      called({ id: 'a', function: { name: 'f', arguments: '[]' } }),
    ],
    ['unsupported_parameter', 'messages.1.tool_calls.0.type', called({ id: 'a', type: 'custom', custom: {} })],
    ['invalid_type', 'messages.1.content.1', shown('x')],
    ['invalid_value', 'messages.1.content.1.type', shown({ type: 'video' })],
    ['missing_field', 'messages.1.content.1.text', shown({ type: 'text' })],
    ['unsupported_parameter', 'messages.1.content.1.type', shown({ type: 'input_audio', input_audio: {} })],
    [
      'invalid_value',
      'messages.1.content.1.image_url.url',
      shown({ type: 'image_url', image_url: { url: 'ftp://a/b' } }),
    ],
    [
      'invalid_value',
      'messages.1.content.1.image_url.url',
      shown({ type: 'image_url', image_url: { url: 'data:image/tiff;base64,AA' } }),
    ],
    [
      'unsupported_parameter',
      'messages.1.content.1.file.file_id',
      shown({ type: 'file', file: { file_id: 'file-1' } }),
    ],
    ['invalid_value', 'temperature', { messages: [user], temperature: 3 }],
    ['invalid_type', 'temperature', { messages: [user], temperature: '1' }],
    ['invalid_value', 'max_tokens', { messages: [user], max_tokens: 0 }],
    ['invalid_value', 'reasoning_effort', { messages: [user], reasoning_effort: 'constructor' }],
    ['invalid_type', 'tools.0', { messages: [user], tools: ['f'] }],
    ['missing_field', 'tools.0.function.name', { messages: [user], tools: [{ type: 'function', function: {} }] }],
    ['invalid_value', 'tool_choice', { messages: [user], tools: [], tool_choice: 'maybe' }],
  ])('answers %s for %s', (code, field, body) => {
    expect(refusal(body)).toEqual([code, field]);
  });

  it('carries keys named like parts of a prototype as data', () => {
    const args = '{"__proto__":{"polluted":true},"constructor":1}';
    const body = called({ id: 'a', type: 'function', function: { name: 'f', arguments: args } });
    expect(JSON.stringify(sent(body))).toContain(`"input":${args}`);
    expect({}).not.toHaveProperty('polluted');
  });
});
