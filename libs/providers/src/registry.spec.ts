import { describe, expect, it } from '@jest/globals';
import { callBody } from './call-body.fixture.js';
import { providers } from './providers.js';
import { translatorFor } from './registry.js';

const chat = '{"model":"m","messages":[{"role":"user","content":"Hi"}]}';
const messages = '{"model":"m","max_tokens":5,"messages":[{"role":"user","content":"Hi"}]}';

describe('translatorFor', () => {
  it.each([
    ['openai-chat', 'openai', chat, '/chat/completions'],
    ['openai-chat', 'anthropic', chat, '/messages'],
    ['anthropic-messages', 'openai', messages, '/chat/completions'],
    ['anthropic-messages', 'anthropic', messages, '/messages'],
  ] as const)('takes %s to %s', (surface, family, body, path) => {
    const target = {
      provider: family,
      providerModel: 'pinned',
      maxOutputTokens: 10,
      servedAs: [],
      checkServed: false,
    } as const;
    const { request } = translatorFor(surface, family)(callBody(body), target);
    expect(request.path).toBe(path);
    expect(JSON.parse(Buffer.concat(request.body).toString('utf8'))).toHaveProperty('model', 'pinned');
  });
});

describe('providers', () => {
  it.each([
    ['openai', 'openai', { authorization: 'Bearer s' }],
    ['openai-compatible', 'openai', { authorization: 'Bearer s' }],
    ['anthropic', 'anthropic', { 'x-api-key': 's' }],
  ] as const)('%s speaks %s and takes its credential so', (id, family, headers) => {
    expect(providers[id].family).toBe(family);
    expect(providers[id].authHeaders('s')).toEqual(headers);
  });
});
