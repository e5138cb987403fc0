import { describe, expect, it } from '@jest/globals';
import { refusalBy } from '../cross-family/refusal.fixture.js';
import { openAiChatToAnthropic } from './translator.js';

const user = { role: 'user', content: 'Hi' };
const refusalOf = refusalBy(openAiChatToAnthropic, {
  provider: 'anthropic',
  providerModel: 'claude-sonnet-4-5',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
});

describe('a chat request that Anthropic cannot be sent', () => {
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
    const body = `{"model":"chat","messages":${JSON.stringify([user])},${JSON.stringify(fields).slice(1)}`;
    expect(refusalOf(body)).toEqual(['unsupported_parameter', field]);
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
    [
      'invalid_value',
      'messages.1.tool_calls.0.function.arguments',
      called({ id: 'a', function: { name: 'f', arguments: '12345678901234567890' } }),
    ],
    [
      'nesting_too_deep',
      'messages',
      called({ id: 'a', function: { name: 'f', arguments: `{"a":${'['.repeat(20_000)}${']'.repeat(20_000)}}` } }),
    ],
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
    expect(refusalOf(JSON.stringify({ model: 'chat', ...body }))).toEqual([code, field]);
  });
});
