import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { startSimulator, type FaultDefinition, type Family, type Simulator } from '#libs/simulators';
import { sdkCaller, type SdkCaller } from '../sdk-callers.fixture.js';

const families: readonly Family[] = ['openai', 'anthropic'];
const cases = families.flatMap((family) => [true, false].map((stream) => ({ family, stream })));

describe.each(cases)('what $family says, streamed: $stream', ({ family, stream }) => {
  let simulator: Simulator;
  let caller: SdkCaller;
  const set = (fault: Omit<FaultDefinition, 'channel'>) => simulator.setFault({ channel: '*', ...fault });
  const ask = (content: string, prefill?: string) =>
    caller.ask(content, { stream, ...(prefill === undefined ? {} : { prefill }) });

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0, channels: families.map((id) => ({ id, family: id })) });
    caller = sdkCaller(family, simulator);
  });
  afterEach(() => simulator.clearFaults());
  afterAll(() => simulator.close());

  it('is stopped by the vendor’s filter', async () => {
    set({ kind: 'filtered-answer', afterTokens: 2 });
    const stop = family === 'openai' ? 'content_filter' : 'refusal';
    expect(await ask('hi')).toMatchObject({ stop, text: 'Simulated' });
  });

  it('is noise, one word, or another script', async () => {
    const { text } = await ask('good morning');
    set({ kind: 'garbled' });
    expect((await ask('good morning')).text).not.toMatch(/[a-z]/);
    simulator.clearFaults();
    set({ kind: 'repeated-token' });
    expect((await ask('good morning')).text).toMatch(/^( the)+$/);
    simulator.clearFaults();
    set({ kind: 'wrong-script' });
    const drifted = (await ask('good morning')).text;
    expect(drifted).toMatch(/\p{Script=Thai}{3}/u);
    expect(drifted.slice(0, 10)).toBe(text.slice(0, 10));
  });

  it.each([
    ['high', (tokens: number) => tokens > 1000],
    ['low', (tokens: number) => tokens <= 1],
    ['zero', (tokens: number) => tokens === 0],
    ['negative', (tokens: number) => tokens < 0],
  ] as const)('reports usage that is too %s', async (usage, holds) => {
    set({ kind: 'wrong-usage', usage });
    const { inputTokens = NaN } = await ask('a prompt of several tokens');
    expect(holds(inputTokens)).toBe(true);
  });

  it('goes on from the beginning of an answer, at any place, to the same whole', async () => {
    const { text } = await ask('tell me 🌍 all');
    for (let length = 1; length < text.length; length += 1) {
      const prefill = text.slice(0, length).replace(/\s*[\uD800-\uDBFF]?$/, '');
      expect(prefill + (await ask('tell me 🌍 all', prefill)).text).toBe(text);
    }
    expect(simulator.calls().at(-1)).toMatchObject({ prefilled: true });
    expect(simulator.calls()[0]).toMatchObject({ prefilled: false });
  });

  it('goes on in the name of the channel that began', async () => {
    const begun = 'Simulated answer from elsewhere (gpt-9): you';
    expect((await ask('hello', begun)).text).toBe(' said "hello".');
  });

  it('says the last words of the beginning again', async () => {
    set({ kind: 'repeats-prefill' });
    const { text } = await ask('hello', `Simulated answer from ${family} (m): you`);
    expect(text).toMatch(/ you said "hello"\.$/);
    expect(text).not.toMatch(/^ said/);
    simulator.clearFaults();
    set({ kind: 'repeats-prefill' });
    expect((await ask('hello')).text).toBe(`Simulated answer from ${family} (m): you said "hello".`);
  });
});

describe('a beginning that the vendor refuses', () => {
  it('ends in white space', async () => {
    const simulator = await startSimulator({ port: 0, channels: [{ id: 'anthropic', family: 'anthropic' }] });
    const asked = sdkCaller('anthropic', simulator).ask('hi', { prefill: 'Simulated ' });
    await expect(asked).rejects.toThrow(/cannot end with trailing whitespace/);
    await simulator.close();
  });
});
