import { describe, expect, it } from '@jest/globals';
import { callBody } from './call-body.fixture.js';
import { concealing } from './concealing.js';
import { translatorFor } from './registry.js';

const SECRET = 'sk-live-123';
const target = {
  provider: 'openai',
  providerModel: 'gpt-1',
  maxOutputTokens: 100,
  servedAs: [],
  checkServed: false,
} as const;

function exchangeWith(secrets: readonly string[]) {
  const body = callBody('{"model":"gpt","stream":true,"messages":[{"role":"user","content":"hi"}]}');
  return concealing(translatorFor('openai-chat', 'openai')(body, target), secrets);
}

const answer = (model: string, finish_reason: string): Buffer =>
  Buffer.from(JSON.stringify({ model, choices: [{ index: 0, message: { content: 'fine' }, finish_reason }] }));

const chunk = (model: string): Buffer =>
  Buffer.from(`data: ${JSON.stringify({ model, choices: [{ index: 0, delta: { content: 'fine' } }] })}\n\n`);

describe('concealing', () => {
  it.each([
    ['an ordinary name', 'gpt-5-2025-08-07', 'gpt-5-2025-08-07'],
    ['the key', `Bearer ${SECRET}`, 'Bearer?[redacted]'],
    ['the key behind much else', 'x'.repeat(120) + SECRET, `${'x'.repeat(120)}[redacte`],
    ['a line feed', 'gpt\r\nx-forged: 1', 'gpt??x-forged:?1'],
    ['other scripts', 'gpt-模型', 'gpt-??'],
    ['a very long name', 'm'.repeat(100_000), 'm'.repeat(128)],
  ])('makes %s fit to be shown', (_name, reported, shown) => {
    const exchange = exchangeWith([SECRET]);
    expect(exchange.answer(answer(reported, reported)).report).toMatchObject({
      servedVersion: shown,
      finishReason: shown,
    });
    const stream = exchange.stream();
    stream.push(chunk(reported));
    expect(stream.report().servedVersion).toBe(shown);
  });

  it('keeps the key out of what went wrong', () => {
    const body = callBody('{"model":"gpt","messages":[{"role":"user","content":"hi"}]}');
    const exchange = concealing(translatorFor('openai-chat', 'openai')(body, { ...target, checkServed: true }), [
      SECRET,
    ]);
    const error = { error: { message: `No such key: ${SECRET}`, code: 401 } };
    const said = [
      exchange.answer(Buffer.from(JSON.stringify(error))).fault,
      exchange.answer(answer(`${SECRET}\n`, 'stop')).fault,
      exchange.stream().push(Buffer.from(`data: ${JSON.stringify(error)}\n\n`)).fault,
    ].map((fault) => fault?.detail);
    expect(said).toEqual([
      '401: No such key: [redacted]',
      expect.stringMatching(/^\[redacted\] answered instead of gpt-1;/),
      '401: No such key: [redacted]',
    ]);
  });

  it('leaves what the caller gets, and what is not said, alone', () => {
    const exchange = exchangeWith([]);
    const bytes = answer('gpt\n', 'stop');
    expect(exchange.answer(bytes)).toMatchObject({ bytes });
    const stream = exchange.stream();
    expect(Buffer.from(stream.push(chunk('gpt\n')).bytes)).toEqual(chunk('gpt\n'));
    expect(stream.close()).toMatchObject({ ended: false, fault: { fault: 'cut' } });
    expect(exchange.stream().report()).not.toHaveProperty('servedVersion');
  });
});
