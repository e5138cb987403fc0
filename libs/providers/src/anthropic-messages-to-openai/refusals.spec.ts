import { describe, expect, it } from '@jest/globals';
import { refusalBy } from '../cross-family/refusal.fixture.js';
import { anthropicMessagesToOpenAi } from './translator.js';

const user = { role: 'user', content: 'Hi' };
const plain = { model: 'chat', max_tokens: 100, messages: [user] };
const refusalOf = refusalBy(anthropicMessagesToOpenAi, {
  provider: 'openai',
  providerModel: 'gpt-5-mini',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
});

describe('a Messages request that OpenAI cannot be sent', () => {
  const asks = (fields: object) => ({ ...plain, ...fields });
  const says = (...content: readonly unknown[]) => asks({ messages: [user, { role: 'user', content }] });
  const said = (...content: readonly unknown[]) => asks({ messages: [user, { role: 'assistant', content }] });
  it.each([
    ['unsupported_parameter', 'top_k', asks({ top_k: 5 })],
    ['unsupported_parameter', 'container', asks({ container: 'c' })],
    ['unsupported_parameter', 'mcp_servers', asks({ mcp_servers: [{}] })],
    ['unsupported_parameter', 'inference_geo', asks({ inference_geo: 'us' })],
    ['unsupported_parameter', 'unheard_of', asks({ unheard_of: 1 })],
    ['unsupported_parameter', 'stop_sequences', asks({ stop_sequences: ['a', 'b', 'c', 'd', 'e'] })],
    ['unsupported_parameter', 'tools.0.type', asks({ tools: [{ type: 'web_search_20250305', name: 'web_search' }] })],
    ['missing_field', 'max_tokens', { model: 'chat', messages: [user] }],
    ['invalid_type', 'max_tokens', asks({ max_tokens: '5' })],
    ['missing_field', 'messages', { model: 'chat', max_tokens: 5 }],
    ['invalid_value', 'messages', asks({ messages: [] })],
    ['invalid_type', 'messages.0', asks({ messages: ['x'] })],
    ['missing_field', 'messages.0.role', asks({ messages: [{ content: 'x' }] })],
    ['invalid_value', 'messages.0.role', asks({ messages: [{ role: 'tool', content: 'x' }] })],
    ['missing_field', 'messages.0.content', asks({ messages: [{ role: 'user' }] })],
    ['invalid_type', 'system', asks({ system: 5 })],
    ['unsupported_parameter', 'system.0.type', asks({ system: [{ type: 'image' }] })],
    ['missing_field', 'messages.1.content.0.type', says({})],
    ['unsupported_parameter', 'messages.1.content.0.type', says({ type: 'server_tool_use' })],
    ['unsupported_parameter', 'messages.1.content.0.type', says({ type: '__proto__' })],
    ['missing_field', 'messages.1.content.0.tool_use_id', says({ type: 'tool_result', content: 'x' })],
    [
      'unsupported_parameter',
      'messages.1.content.0.content.0.type',
      says({ type: 'tool_result', tool_use_id: 'a', content: [{ type: 'tool_reference' }] }),
    ],
    ['missing_field', 'messages.1.content.0.source', says({ type: 'image' })],
    [
      'unsupported_parameter',
      'messages.1.content.0.source.type',
      says({ type: 'image', source: { type: 'file', file_id: 'f' } }),
    ],
    ['invalid_value', 'messages.1.content.0.source.type', says({ type: 'image', source: { type: 'fax' } })],
    [
      'unsupported_parameter',
      'messages.1.content.0.source.type',
      says({ type: 'document', source: { type: 'url', url: 'https://a.b/c.pdf' } }),
    ],
    [
      'unsupported_parameter',
      'messages.1.content.0.citations',
      says({ type: 'document', citations: { enabled: true }, source: {} }),
    ],
    ['unsupported_parameter', 'messages.1.content.0.type', said({ type: 'image' })],
    ['missing_field', 'messages.1.content.0.input', said({ type: 'tool_use', id: 'a', name: 'f' })],
    ['missing_field', 'tools.0.input_schema', asks({ tools: [{ name: 'f' }] })],
    ['invalid_value', 'tool_choice.type', asks({ tools: [], tool_choice: { type: 'maybe' } })],
    ['invalid_value', 'output_config.effort', asks({ output_config: { effort: 'none' } })],
    ['invalid_value', 'output_config.format.type', asks({ output_config: { format: { type: 'xml' } } })],
  ])('answers %s for %s', (code, field, body) => {
    expect(refusalOf(JSON.stringify(body))).toEqual([code, field]);
  });
});
