import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '#libs/simulators';
import { rawCall, type RawAnswer } from '../raw-call.fixture.js';

describe('rate-limit headers', () => {
  let simulator: Simulator;
  const ask = (path: string): Promise<RawAnswer> =>
    rawCall(`${simulator.url}/${path}`, {
      model: 'm',
      max_tokens: 1000,
      messages: [{ role: 'user', content: 'x'.repeat(400) }],
    }).answered;
  const askOpenai = () => ask('openai/v1/chat/completions');
  const askAnthropic = () => ask('anthropic/v1/messages');

  beforeEach(async () => {
    const channels = (['openai', 'anthropic'] as const).map((id) => ({ id, family: id }));
    simulator = await startSimulator({ port: 0, channels });
  });
  afterEach(() => simulator.close());

  it('count an OpenAI quota down on every answer, then tell when there is room', async () => {
    simulator.setFault({ channel: 'openai', kind: 'quota', requestsPerMinute: 2, tokensPerMinute: 100_000 });
    const [first, second, third] = [await askOpenai(), await askOpenai(), await askOpenai()];
    expect([first, second, third].map(({ status }) => status)).toEqual([200, 200, 429]);
    expect(first.headers).toMatchObject({
      'x-ratelimit-limit-requests': '2',
      'x-ratelimit-remaining-requests': '1',
      'x-ratelimit-limit-tokens': '100000',
      'x-ratelimit-remaining-tokens': '98900',
      'x-ratelimit-reset-requests': expect.stringMatching(/^(30|29\.\d+)s$/),
      'x-ratelimit-reset-tokens': '660ms',
    });
    expect(third.headers).toMatchObject({
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': expect.stringMatching(/^(1m0s|59\.\d+s)$/),
      'retry-after': expect.stringMatching(/^(30|29)$/),
      'retry-after-ms': expect.stringMatching(/^(30000|29\d{3})$/),
    });
    expect(simulator.faults()).toMatchObject([{ matched: 3, struck: 1 }]);
  });

  it('count an Anthropic quota of tokens down', async () => {
    simulator.setFault({ channel: 'anthropic', kind: 'quota', tokensPerMinute: 2000 });
    const [first, second] = [await askAnthropic(), await askAnthropic()];
    expect([first.status, second.status]).toEqual([200, 429]);
    expect(first.headers).toMatchObject({
      'anthropic-ratelimit-tokens-limit': '2000',
      'anthropic-ratelimit-input-tokens-remaining': '900',
      'anthropic-ratelimit-requests-remaining': '59',
    });
    const reset = Date.parse(String(second.headers['anthropic-ratelimit-tokens-reset']));
    expect(reset - Date.now()).toBeGreaterThan(25_000);
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(4);
  });

  it('lie when told to, on refusals and on answers', async () => {
    simulator.setFault({ channel: '*', kind: 'rate-limit', id: 'limit' });
    simulator.setFault({ channel: '*', kind: 'lying-limits', says: 'plenty', id: 'lie' });
    const full = '999999';
    expect(await askOpenai()).toMatchObject({ status: 429, headers: { 'x-ratelimit-remaining-tokens': full } });
    expect(await askAnthropic()).toMatchObject({
      status: 429,
      headers: { 'anthropic-ratelimit-input-tokens-remaining': full },
    });
    simulator.clearFaults();
    simulator.setFault({ channel: '*', kind: 'lying-limits', says: 'nothing' });
    expect(await askOpenai()).toMatchObject({ status: 200, headers: { 'x-ratelimit-remaining-requests': '0' } });
    simulator.setFault({ channel: '*', kind: 'lying-limits', says: 'nonsense' });
    expect((await askAnthropic()).headers).toMatchObject({
      'anthropic-ratelimit-tokens-remaining': '-1',
      'anthropic-ratelimit-tokens-reset': 'NaN',
    });
  });
});
