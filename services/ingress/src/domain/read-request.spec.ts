import { describe, expect, it } from '@jest/globals';
import { readRequest } from './read-request.js';

const chat = (more: object = {}): Buffer =>
  Buffer.from(JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'hi' }], ...more }));

const read = (more: object = {}) => readRequest(chat(more), 'openai-chat', []);

describe('readRequest', () => {
  it('knows what policy asks of a request', () => {
    expect(read()).toMatchObject({ route: 'gpt', stream: false, needs: [], maxOutputTokens: 0 });
    expect(read({ stream: true }).stream).toBe(true);
    expect(read({ stream: null }).stream).toBe(false);
  });

  it('finds the route by its meaning, not by its spelling', () => {
    const body = Buffer.from('{"mod\\u0065l":"g\\u0070t","messages":[0]}');
    expect(readRequest(body, 'openai-chat', []).route).toBe('gpt');
  });

  it.each([
    ['no limit', {}, 0],
    ['null', { max_tokens: null }, 0],
    ['the old name', { max_tokens: 7 }, 7],
    ['the new name', { max_completion_tokens: 8 }, 8],
    ['the larger of both', { max_tokens: 7, max_completion_tokens: 8 }, 8],
  ])('takes the answer’s limit from %s', (_name, more, expected) => {
    expect(read(more).maxOutputTokens).toBe(expected);
  });

  const image = { role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.com/cat.png' } }] };

  it.each([
    ['tools', { tools: [] }, ['tools']],
    ['functions', { functions: [] }, ['tools']],
    ['no tools', { tools: null }, []],
    ['an image', { messages: [image] }, ['images']],
    ['both', { messages: [image], tools: [] }, ['tools', 'images']],
    ['an image that is only talked of', { messages: [{ role: 'user', content: '"type":"image_url"' }] }, []],
  ])('sees that a request with %s needs a model for it', (_name, more, needs) => {
    expect(read(more).needs).toEqual(needs);
  });

  it('never estimates more tokens than there can be', () => {
    const text = 'a '.repeat(6000);
    const { estimatedInputTokens } = read({ messages: [{ role: 'user', content: text }] });
    expect(estimatedInputTokens).toBeGreaterThan(900);
    expect(estimatedInputTokens).toBeLessThan(6000);
    const pictured = { role: 'user', content: [{ type: 'image', source: { data: 'A'.repeat(1_000_000) } }] };
    expect(read({ messages: [pictured] }).estimatedInputTokens).toBe(0);
  });

  it('tells dispatch where each value stands', () => {
    const body = chat({ stream: true });
    const { fields } = readRequest(body, 'openai-chat', []);
    const shown = Object.entries(fields).map(([name, [start, end]]) => [name, body.toString('utf8', start, end)]);
    expect(Object.fromEntries(shown)).toEqual({
      model: '"gpt"',
      messages: '[{"role":"user","content":"hi"}]',
      stream: 'true',
    });
  });

  it('holds each surface to its own parameters', () => {
    const body = chat({ max_tokens: 5, top_k: 3 });
    expect(readRequest(body, 'anthropic-messages', [])).toMatchObject({ route: 'gpt', maxOutputTokens: 5 });
    expect(() => readRequest(body, 'openai-chat', [])).toThrow('"top_k" is not supported');
    expect(() => readRequest(chat(), 'anthropic-messages', [])).toThrow('max_tokens is missing');
    expect(readRequest(body, 'openai-chat', ['top_k']).route).toBe('gpt');
  });
});
