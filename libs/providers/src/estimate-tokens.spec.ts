import { describe, expect, it } from '@jest/globals';
import { callBody } from './call-body.fixture.js';
import { estimatePromptTokens, estimateTokens } from './estimate-tokens.js';
import { textBytes } from './text-bytes.js';

const estimate = (body: object): number => estimatePromptTokens(callBody(JSON.stringify({ model: 'm', ...body })));
const said = (content: unknown) => ({ messages: [{ role: 'user', content }] });
const base64 = 'A'.repeat(400_000);

describe('an estimate of tokens', () => {
  it.each([
    [0, 0],
    [1, 1],
    [4, 1],
    [5, 2],
  ])('for %i bytes is %i', (bytes, tokens) => expect(estimateTokens(bytes)).toBe(tokens));

  it('for a prompt goes by its text, wherever that stands', () => {
    const text = 'x'.repeat(400);
    expect(estimate(said(text))).toBe(100);
    expect(estimate(said([{ type: 'text', text }]))).toBe(100);
    expect(estimate({ system: [{ type: 'text', text }], ...said(text) })).toBe(200);
    const call = { id: 'call_1', type: 'function', function: { name: 'abcd', arguments: text } };
    expect(estimate({ messages: [{ role: 'assistant', content: null, tool_calls: [call] }] })).toBe(101);
    expect(
      estimate({ tools: [{ type: 'function', function: { name: 'abcd', description: text } }], messages: [] }),
    ).toBe(101);
  });

  it('for an image does not go by its bytes', () => {
    const openAi = { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } };
    const anthropic = { type: 'image', source: { type: 'base64', media_type: 'abcd', data: base64 } };
    expect(estimate(said([openAi]))).toBe(1000);
    expect(estimate(said([anthropic, anthropic]))).toBe(2002);
  });
});

describe('the text in an output', () => {
  it.each([
    [{ type: 'text_delta', text: 'Hi' }, 2],
    [{ role: 'assistant', content: 'Hé' }, 3],
    [{ tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }] }, 3],
    [{ type: 'signature_delta', signature: 'abc' }, 0],
    [{ content: null }, 0],
    [undefined, 0],
  ])('of %j has %i bytes', (output, bytes) => expect(textBytes(output)).toBe(bytes));
});
