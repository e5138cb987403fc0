import { describe, expect, it } from '@jest/globals';
import { callBody } from '../call-body.fixture.js';
import type { WireTarget } from '../translator.js';
import { anthropicMessagesToOpenAi } from './translator.js';

const target: WireTarget = {
  provider: 'openai',
  providerModel: 'gpt-5-mini',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
};
const user = { role: 'user', content: 'Hi' };
const plain = { model: 'chat', max_tokens: 100, messages: [user] };

function sent(body: object, to = target): unknown {
  const { request } = anthropicMessagesToOpenAi(callBody(JSON.stringify(body)), to);
  return JSON.parse(Buffer.concat(request.body).toString('utf8'));
}

describe('a Messages request towards OpenAI', () => {
  it('goes to the chat path', () => {
    const { request } = anthropicMessagesToOpenAi(callBody(JSON.stringify(plain)), target);
    expect(request.path).toBe('/chat/completions');
    expect(request.headers).toEqual({ 'content-type': 'application/json', accept: 'application/json' });
  });

  it('carries a whole agent conversation', () => {
    const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'iVBORw0=' } };
    const cache_control = { type: 'ephemeral' };
    const body = {
      ...plain,
      system: [{ type: 'text', text: 'Be brief.', cache_control }],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?', cache_control },
            image,
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
            { type: 'thinking', thinking: 'Hm.', signature: 'EqQ=' },
            { type: 'redacted_thinking', data: 'xyz' },
            { type: 'text', text: 'Looking.' },
            { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: [1, 2] } },
            { type: 'tool_use', id: `toolu_${'x'.repeat(50)}`, name: 'now', input: {} },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'tool_result', tool_use_id: 'toolu_1', content: [{ type: 'text', text: 'a cat' }, image] },
            { type: 'tool_result', tool_use_id: `toolu_${'x'.repeat(50)}`, content: 'no clock', is_error: true },
            { type: 'text', text: 'So?' },
          ],
        },
        { role: 'system', content: 'Hurry.' },
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'Only this.', signature: 'EqQ=' }] },
      ],
    };
    const picture = { type: 'image_url', image_url: { url: 'data:image/png;base64,iVBORw0=' } };
    const hashed: unknown = expect.stringMatching(/^call_[0-9a-f]{32}$/);
    expect(sent(body)).toEqual({
      model: 'gpt-5-mini',
      max_completion_tokens: 100,
      messages: [
        { role: 'system', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            picture,
            { type: 'image_url', image_url: { url: 'https://example.org/a.jpg' } },
            { type: 'file', file: { filename: 'a.pdf', file_data: 'data:application/pdf;base64,JVBERi0=' } },
            { type: 'text', text: 'hello' },
          ],
        },
        {
          role: 'assistant',
          content: 'Looking.',
          tool_calls: [
            { id: 'toolu_1', type: 'function', function: { name: 'look', arguments: '{"at":[1,2]}' } },
            { id: hashed, type: 'function', function: { name: 'now', arguments: '{}' } },
          ],
        },
        {
          role: 'tool',
          tool_call_id: 'toolu_1',
          content: [
            { type: 'text', text: 'The files of this result follow in the next user message.' },
            { type: 'text', text: 'a cat' },
          ],
        },
        {
          role: 'tool',
          tool_call_id: hashed,
          content: [
            { type: 'text', text: 'The tool failed:' },
            { type: 'text', text: 'no clock' },
          ],
        },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Attached to the result of tool call toolu_1:' },
            picture,
            { type: 'text', text: 'So?' },
          ],
        },
        { role: 'system', content: 'Hurry.' },
      ],
    });
  });

  it('puts the results of calls right behind them', () => {
    const result = (id: string) => ({ type: 'tool_result', tool_use_id: id });
    const use = (id: string) => ({ type: 'tool_use', id, name: 'f', input: {} });
    const messages = [
      user,
      { role: 'assistant', content: [use('a'), use('b')] },
      { role: 'user', content: [{ type: 'text', text: 'wait' }, result('a')] },
      { role: 'user', content: [result('b')] },
    ];
    expect(sent({ ...plain, messages })).toMatchObject({
      messages: [
        user,
        { role: 'assistant', content: null },
        { role: 'tool', tool_call_id: 'a', content: '' },
        { role: 'tool', tool_call_id: 'b', content: '' },
        { role: 'user', content: 'wait' },
      ],
    });
  });

  it.each([
    ['stop sequences', { stop_sequences: ['a', 'b'] }, { stop: ['a', 'b'] }],
    ['sampling', { temperature: 0.3, top_p: 0.9 }, { temperature: 0.3, top_p: 0.9 }],
    ['the user', { metadata: { user_id: 'u1' } }, { safety_identifier: 'u1' }],
    ['an effort', { output_config: { effort: 'xhigh' } }, { reasoning_effort: 'xhigh' }],
    ['a small budget', { thinking: { type: 'enabled', budget_tokens: 1024 } }, { reasoning_effort: 'low' }],
    ['a middling budget', { thinking: { type: 'enabled', budget_tokens: 10_000 } }, { reasoning_effort: 'medium' }],
    ['a large budget', { thinking: { type: 'enabled', budget_tokens: 32_000 } }, { reasoning_effort: 'high' }],
    ['thinking as it likes', { thinking: { type: 'adaptive' } }, {}],
    [
      'a schema',
      { output_config: { format: { type: 'json_schema', schema: { type: 'object' } } } },
      {
        response_format: {
          type: 'json_schema',
          json_schema: { name: 'output', schema: { type: 'object' }, strict: false },
        },
      },
    ],
    ['a stream, always with its usage', { stream: true }, { stream: true, stream_options: { include_usage: true } }],
  ])('translates %s', (_name, fields, expected) => {
    expect(sent({ ...plain, ...fields })).toEqual({
      model: 'gpt-5-mini',
      max_completion_tokens: 100,
      messages: [user],
      ...expected,
    });
  });

  it('uses the names that compatible servers know', () => {
    const body = { ...plain, metadata: { user_id: 'u'.repeat(100) } };
    expect(sent(body, { ...target, provider: 'openai-compatible' })).toEqual({
      model: 'gpt-5-mini',
      max_tokens: 100,
      messages: [user],
      user: expect.stringMatching(/^user_[0-9a-f]{32}$/),
    });
  });

  const tools = [
    { name: 'f', description: 'd', input_schema: { type: 'object', properties: { x: {} } }, strict: true },
    { type: 'custom', name: 'g', input_schema: {} },
  ];
  it.each([
    [{}, {}],
    [{ tool_choice: { type: 'auto' } }, { tool_choice: 'auto' }],
    [{ tool_choice: { type: 'none' } }, { tool_choice: 'none' }],
    [{ tool_choice: { type: 'any' } }, { tool_choice: 'required' }],
    [{ tool_choice: { type: 'tool', name: 'f' } }, { tool_choice: { type: 'function', function: { name: 'f' } } }],
    [
      { tool_choice: { type: 'auto', disable_parallel_tool_use: true } },
      { tool_choice: 'auto', parallel_tool_calls: false },
    ],
  ])('translates tools with %j', (fields, expected) => {
    expect(sent({ ...plain, tools, ...fields })).toEqual({
      model: 'gpt-5-mini',
      max_completion_tokens: 100,
      messages: [user],
      tools: [
        {
          type: 'function',
          function: { name: 'f', description: 'd', parameters: tools[0]?.input_schema, strict: true },
        },
        { type: 'function', function: { name: 'g', parameters: {} } },
      ],
      ...expected,
    });
  });

  it.each([
    [true, { type: 'object', properties: { a: {} }, required: ['a'], additionalProperties: false }],
    [false, { type: 'object', properties: { a: {}, b: {} }, required: ['a'], additionalProperties: false }],
    [false, { type: 'object', properties: { a: {} }, required: ['a'] }],
    [false, { type: 'array', items: { type: 'object', properties: {} } }],
    [false, { type: ['object', 'null'], properties: { a: {} } }],
    [true, { type: 'array', items: { anyOf: [{ type: 'string' }, { type: 'null' }] } }],
  ])('is strict (%s) of a schema only where OpenAI takes it so', (strict, schema) => {
    expect(sent({ ...plain, output_config: { format: { type: 'json_schema', schema } } })).toMatchObject({
      response_format: { json_schema: { schema, strict } },
    });
  });

  it('says that an object has no properties: OpenAI refuses one that says nothing of them', () => {
    const tools = [{ name: 'f', input_schema: { type: 'object' } }];
    expect(sent({ ...plain, tools })).toMatchObject({
      tools: [{ function: { parameters: { type: 'object', properties: {} } } }],
    });
  });

  it('keeps numbers that JavaScript would round', () => {
    const text = JSON.stringify(plain).replace(
      '"messages":[',
      '"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{"id":1234567890123456789}}]},',
    );
    const { request } = anthropicMessagesToOpenAi(callBody(text), target);
    expect(Buffer.concat(request.body).toString()).toContain('"arguments":"{\\"id\\":1234567890123456789}"');
  });

  it('leaves out hints, and unset fields', () => {
    const hints = { service_tier: 'auto', context_management: { edits: [] }, cache_control: { type: 'ephemeral' } };
    const unset = { container: null, mcp_servers: [], stop_sequences: [], tool_choice: { type: 'auto' }, top_k: null };
    expect(sent({ ...plain, ...hints, ...unset })).toEqual(sent(plain));
  });

  it('carries keys named like parts of a prototype as data', () => {
    const input: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}');
    const text = JSON.stringify(
      sent({
        ...plain,
        messages: [user, { role: 'assistant', content: [{ type: 'tool_use', id: 'a', name: 'f', input }] }],
      }),
    );
    expect(text).toContain(JSON.stringify(JSON.stringify(input)));
    expect({}).not.toHaveProperty('polluted');
  });
});
