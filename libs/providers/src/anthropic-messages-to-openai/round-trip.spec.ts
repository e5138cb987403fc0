import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callBody } from '../call-body.fixture.js';
import { openAiChatToAnthropic } from '../openai-chat-to-anthropic/translator.js';
import type { Translator, WireTarget } from '../translator.js';
import { anthropicMessagesToOpenAi } from './translator.js';

const anthropic: WireTarget = {
  provider: 'anthropic',
  providerModel: 'chat',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
};
const openai: WireTarget = {
  provider: 'openai',
  providerModel: 'chat',
  maxOutputTokens: 8192,
  servedAs: [],
  checkServed: false,
};

function translated(translate: Translator, target: WireTarget, body: string): string {
  return Buffer.concat(translate(callBody(body), target).request.body).toString('utf8');
}

/** Not white space alone, which Anthropic refuses. */
const text = fc.string({ minLength: 1, unit: 'grapheme' }).filter((said) => said.trim() !== '');
const id = fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/);
const schema = fc.record({
  type: fc.constant('object'),
  properties: fc.dictionary(text, fc.jsonValue({ maxDepth: 2 })),
});

const userTurn = fc
  .oneof(
    text,
    fc
      .tuple(text, fc.webUrl({ validSchemes: ['https'] }), fc.base64String({ minLength: 4 }))
      .map(([said, url, data]) => [
        { type: 'text', text: said },
        { type: 'image_url', image_url: { url } },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${data}` } },
        { type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${data}` } },
      ]),
  )
  .map((content) => [{ role: 'user', content }]);

const callTurn = fc
  .tuple(fc.option(text), fc.uniqueArray(id, { minLength: 1, maxLength: 3 }), fc.dictionary(text, fc.jsonValue()), text)
  .map(([content, ids, input, result]) => [
    {
      role: 'assistant',
      content,
      tool_calls: ids.map((id) => ({
        id,
        type: 'function',
        function: { name: 'f', arguments: JSON.stringify(input) },
      })),
    },
    ...ids.map((id) => ({ role: 'tool', tool_call_id: id, content: result })),
  ]);

const sayTurn = text.map((content) => [{ role: 'assistant', content }]);

const chatRequest = fc.record(
  {
    model: fc.constant('chat'),
    messages: fc
      .tuple(text, fc.array(fc.tuple(userTurn, fc.oneof(callTurn, sayTurn)), { minLength: 1, maxLength: 4 }))
      // An assistant speaks between the results of calls and the next user message, or the two would become one turn.
      .map(([system, turns]) => [
        { role: 'system', content: system },
        ...turns.flatMap(([user, assistant], i) => [
          ...user,
          ...assistant,
          { role: 'assistant', content: `turn ${i}` },
        ]),
      ]),
    max_completion_tokens: fc.integer({ min: 1, max: 100_000 }),
    temperature: fc.double({ min: 0, max: 1, noNaN: true }).map((t) => (Object.is(t, -0) ? 0 : t)),
    top_p: fc.double({ min: 0.1, max: 1, noNaN: true }),
    stop: fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 4 }),
    tools: fc.array(
      fc.record({
        type: fc.constant('function'),
        function: fc.record({ name: id, description: text, parameters: schema, strict: fc.boolean() }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
    tool_choice: fc.constantFrom('auto', 'none', 'required', { type: 'function', function: { name: 'f' } }),
    reasoning_effort: fc.constantFrom('low', 'medium', 'high', 'xhigh', 'max'),
    safety_identifier: fc.stringMatching(/^[a-z0-9]{1,64}$/),
    stream: fc.constant(true),
    stream_options: fc.constant({ include_usage: true }),
  },
  { noNullPrototype: true },
);

describe('a chat request', () => {
  it('comes back from Anthropic’s format as it was, where both know its words', () => {
    fc.assert(
      fc.property(chatRequest, (request) => {
        const there = translated(openAiChatToAnthropic, anthropic, JSON.stringify(request));
        const back: unknown = JSON.parse(translated(anthropicMessagesToOpenAi, openai, there));
        const merged = { ...request, messages: mergeAssistants(request.messages) };
        expect(back).toEqual(JSON.parse(JSON.stringify(merged)));
      }),
    );
  });
});

/** Two assistant messages in a row are one turn to Anthropic. */
function mergeAssistants(messages: readonly object[]): readonly object[] {
  return messages.reduce<readonly object[]>((merged, message) => {
    const last = merged.at(-1);
    if (!last || roleOf(last) !== 'assistant' || roleOf(message) !== 'assistant') return [...merged, message];
    const content = [last, message].flatMap(textOf);
    return [...merged.slice(0, -1), { ...last, content }];
  }, []);
}

function roleOf(message: object): unknown {
  return 'role' in message ? message.role : undefined;
}

function textOf(message: object): readonly object[] {
  return 'content' in message && typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : [];
}
