import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parseJson } from '#libs/kernel';
import { startSimulator, type FaultDefinition, type Family, type Simulator } from '#libs/simulators';
import { rawCall } from '../raw-call.fixture.js';
import { sdkCaller } from '../sdk-callers.fixture.js';

const families: readonly Family[] = ['openai', 'anthropic'];
const paths = { openai: 'openai/v1/chat/completions', anthropic: 'anthropic/v1/messages' };

describe.each(families)('the framing of %s streams', (family) => {
  let simulator: Simulator;
  const set = (fault: Omit<FaultDefinition, 'channel'>) => simulator.setFault({ channel: '*', ...fault });
  const linesOf = async (): Promise<readonly string[]> => {
    const body = { model: 'm', max_tokens: 99, stream: true, messages: [{ role: 'user', content: 'hi' }] };
    const answer = await rawCall(`${simulator.url}/${paths[family]}`, body).answered;
    return answer.body.toString().split('\n');
  };
  const streamed = () => sdkCaller(family, simulator).ask('grüße 🌍', { stream: true });

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0, channels: families.map((id) => ({ id, family: id })) });
  });
  afterEach(() => simulator.clearFaults());
  afterAll(() => simulator.close());

  it('has other line ends, which SDKs read', async () => {
    const healthy = await streamed();
    set({ kind: 'crlf' });
    expect((await linesOf()).slice(0, -1).every((line) => line.endsWith('\r'))).toBe(true);
    expect(await streamed()).toEqual(healthy);
  });

  it('begins with a byte-order mark', async () => {
    set({ kind: 'byte-order-mark' });
    expect((await linesOf())[0]).toMatch(/^\uFEFF(data|event): /);
  });

  it('loses one token to a field name that nobody knows', async () => {
    const healthy = await linesOf();
    set({ kind: 'wrong-prefix', afterTokens: 1 });
    const lines = await linesOf();
    expect(lines.filter((line) => line.startsWith('dta: '))).toHaveLength(1);
    expect(lines).toHaveLength(healthy.length);
  });

  it('loses one token to broken JSON', async () => {
    const healthy = await linesOf();
    set({ kind: 'corrupt-token', afterTokens: 1 });
    const lines = await linesOf();
    expect(lines).toHaveLength(healthy.length);
    const data = lines.filter((line) => line.startsWith('data: {')).map((line) => line.slice('data: '.length));
    expect(data.filter((text) => parseJson(text) === undefined)).toHaveLength(1);
  });

  it('comes at a fraction of its pace', async () => {
    set({ kind: 'slow-tokens', factor: 2 });
    const begun = performance.now();
    const { tokensSent } = await streamed().then(() => simulator.waitForCall(({ outcome }) => outcome === 'complete'));
    const took = performance.now() - begun;
    expect(took).toBeGreaterThan(Math.max(1, tokensSent - 1) * 19);
  });
});
