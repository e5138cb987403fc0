import { describe, expect, it } from '@jest/globals';
import { callBody } from '../call-body.fixture.js';
import { decode, encode, sse } from '../stream.fixture.js';
import { openAiChatToOpenAi } from './translator.js';

const target = {
  provider: 'openai',
  providerModel: 'gpt-5',
  maxOutputTokens: 1000,
  servedAs: [],
  checkServed: false,
} as const;

describe('a stream that a server gave up', () => {
  it.each(['abort', 'cancelled', 'error'])('is no whole answer, although it finished with %s', (finish) => {
    const stream = openAiChatToOpenAi(callBody('{"model":"m","stream":true}'), target).stream();
    const event = (delta: object, reason: string | null): string =>
      sse({ id: 'c', model: 'gpt-5', choices: [{ index: 0, delta, finish_reason: reason }] });
    const all = event({ content: 'a' }, null) + event({}, finish) + sse('[DONE]');
    expect(stream.push(encode(all))).toMatchObject({ ended: false, fault: { fault: 'error_event' } });
  });

  it('reports no count of tokens that no answer has', () => {
    const stream = openAiChatToOpenAi(callBody('{"model":"m","stream":true}'), target).stream();
    const usage = { prompt_tokens: 7, completion_tokens: 9_007_199_254_740_991 };
    stream.push(encode(sse({ id: 'c', model: 'gpt-5', choices: [], usage })));
    expect(stream.report().usage).toMatchObject({ inputTokens: 7, outputTokens: 0 });
  });
});

describe('a stream of several choices', () => {
  const of = (index: number, delta: object, finish: string | null = null): string =>
    sse({ id: 'c', model: 'gpt-5', choices: [{ index, delta, finish_reason: finish }] });
  const open = (text: string) => openAiChatToOpenAi(callBody(text), target).stream();

  it('holds the finish of one that bears no index', () => {
    const stream = open('{"model":"m","stream":true}');
    const finish = sse({ id: 'c', model: 'gpt-5', choices: [{ delta: {}, finish_reason: 'stop' }] });
    const first = of(0, { content: 'a' });
    expect(decode(stream.push(encode(first + finish)).bytes)).toBe(first);
  });

  it('holds none back for another that has finished, and the last finish until the terminator', () => {
    const stream = open('{"model":"m","stream":true,"n":2}');
    const given = [of(0, { content: 'a' }) + of(1, { content: 'b' }), of(0, {}, 'stop'), of(1, { content: 'c' })];
    for (const text of given) expect(decode(stream.push(encode(text)).bytes)).toBe(text);
    expect(decode(stream.push(encode(of(1, {}, 'stop'))).bytes)).toBe('');
    const done = sse('[DONE]');
    expect(decode(stream.push(encode(done)).bytes)).toBe(of(1, {}, 'stop') + done);
  });
});
