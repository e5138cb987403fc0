import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { startSimulator, type FaultDefinition, type Family, type Simulator } from '#libs/simulators';
import { rawCall, type RawAnswer, type RawCall } from '../raw-call.fixture.js';

const families: readonly Family[] = ['openai', 'anthropic'];
const paths = { openai: 'openai/v1/chat/completions', anthropic: 'anthropic/v1/messages' };
const terminators = { openai: 'data: [DONE]\n\n', anthropic: 'event: message_stop\ndata: {"type":"message_stop"}\n\n' };
const tokenMarks = { openai: /"delta":\{"content"/g, anthropic: /"text_delta"/g };

describe.each(families)('faults of the %s family', (family) => {
  let simulator: Simulator;

  const call = (stream: boolean): RawCall =>
    rawCall(`${simulator.url}/${paths[family]}`, {
      model: 'some-model',
      max_tokens: 1000,
      stream,
      messages: [{ role: 'user', content: 'grüße 🌍' }],
    });
  const answerOf = (stream: boolean): Promise<RawAnswer> => call(stream).answered;
  const set = (fault: Omit<FaultDefinition, 'channel'>) => simulator.setFault({ channel: family, ...fault });
  const tokensIn = (answer: RawAnswer): number => answer.body.toString().match(tokenMarks[family])?.length ?? 0;
  /** The last call, when it has ended at the simulator too: a caller may see the end a moment before. */
  const logged = () => {
    const last = simulator.calls().at(-1)?.id;
    return simulator.waitForCall(({ id, outcome }) => id === last && outcome !== 'in-flight');
  };

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0, channels: families.map((id) => ({ id, family: id })) });
  });
  afterEach(() => {
    simulator.clearFaults();
    simulator.clearCalls();
  });
  afterAll(() => simulator.close());

  it('rate-limit sends Retry-After only when it is given one', async () => {
    set({ kind: 'rate-limit' });
    const silent = await answerOf(true);
    expect([silent.status, silent.headers['retry-after']]).toEqual([429, undefined]);
    set({ kind: 'rate-limit', retryAfterSeconds: 7 });
    expect((await answerOf(false)).headers['retry-after']).toBe('7');
    expect(await logged()).toMatchObject({
      outcome: 'complete',
      response: { status: 429 },
      faults: [{ kind: 'rate-limit' }],
    });
  });

  it('hang takes the call and sends nothing', async () => {
    set({ kind: 'hang' });
    const hanging = call(true);
    await simulator.waitForCall(({ faults }) => faults.length > 0);
    hanging.leave();
    const record = await simulator.waitForCall(({ outcome }) => outcome === 'client-closed');
    expect((await hanging.answered).status).toBeUndefined();
    expect(record.response).toMatchObject({ headers: {}, body: Buffer.alloc(0) });
  });

  it('latency delays even the headers', async () => {
    set({ kind: 'latency', delayMs: 60 });
    const before = performance.now();
    await call(true).head;
    expect(performance.now() - before).toBeGreaterThan(55);
    expect(await answerOf(false)).toMatchObject({ status: 200, end: 'clean' });
  });

  it('slow-first-token sends headers at once and content late', async () => {
    set({ kind: 'slow-first-token', delayMs: 1100 });
    const slow = call(true);
    await slow.head;
    const silent = await simulator.waitForCall(({ response }) => response.status === 200);
    expect(silent.tokensSent).toBe(0);
    await slow.shows(family === 'openai' ? ': keep-alive' : '"type":"ping"');
    const answer = await slow.answered;
    expect(answer).toMatchObject({ status: 200, end: 'clean' });
    expect(tokensIn(answer)).toBe((await logged()).tokensSent);
  });

  it('slow-tokens pauses before every token', async () => {
    set({ kind: 'slow-tokens', tokenMs: 10 });
    const before = performance.now();
    const answer = await answerOf(true);
    expect(performance.now() - before).toBeGreaterThan(9 * tokensIn(answer));
  });

  it.each([true, false])('reset answers with a TCP reset (stream: %s)', async (stream) => {
    set({ kind: 'reset' });
    expect(await answerOf(stream)).toMatchObject({ status: undefined, end: 'reset' });
    expect(await logged()).toMatchObject({ outcome: 'cut-by-fault', tokensSent: 0 });
    expect((await logged()).clientClosedAt).toBeUndefined();
  });

  it('reset-after-headers lets the headers through', async () => {
    set({ kind: 'reset-after-headers' });
    expect(await answerOf(true)).toMatchObject({ status: 200, end: 'reset', body: Buffer.alloc(0) });
  });

  it.each([
    ['fin', 'closed'],
    ['rst', 'reset'],
    ['end', 'clean'],
  ] as const)('cut by %s ends a stream after some tokens', async (mode, end) => {
    set({ kind: 'cut', afterTokens: 2, mode });
    const answer = await answerOf(true);
    expect([answer.end, tokensIn(answer), (await logged()).tokensSent]).toEqual([end, 2, 2]);
    expect(answer.body.toString()).not.toContain(terminators[family]);
    expect((await logged()).response.body).toEqual(answer.body);
    expect((await logged()).outcome).toBe(mode === 'end' ? 'complete' : 'cut-by-fault');
  });

  it('cut before the first token leaves only lifecycle', async () => {
    set({ kind: 'cut', afterTokens: 0 });
    const answer = await answerOf(true);
    expect([answer.end, tokensIn(answer)]).toEqual(['closed', 0]);
    expect(answer.body.length).toBeGreaterThan(0);
  });

  it('cut ends a whole body before its announced length', async () => {
    set({ kind: 'cut', mode: 'end' });
    const answer = await answerOf(false);
    expect(answer.end).toBe('closed');
    expect(answer.body.length).toBeGreaterThan(0);
    expect(answer.body.length).toBeLessThan(Number(answer.headers['content-length']));
    expect((await logged()).usage).toBeUndefined();
  });

  it.each([true, false])('stall goes silent in the middle (stream: %s)', async (stream) => {
    set({ kind: 'stall', afterTokens: 2 });
    const stalled = call(stream);
    const half = await simulator.waitForCall(
      ({ response, tokensSent }) => response.body.length > 0 && (!stream || tokensSent === 2),
    );
    expect(half.outcome).toBe('in-flight');
    await stalled.shows(half.response.body.toString());
    stalled.leave();
    const record = await simulator.waitForCall(({ outcome }) => outcome === 'client-closed');
    expect(record.response.body).toEqual((await stalled.answered).body);
  });

  it('error-event puts an error inside the stream, and leaves unstreamed calls alone', async () => {
    set({ kind: 'error-event', afterTokens: 1 });
    const answer = await answerOf(true);
    const last = answer.body.toString().trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last.replace('data: ', ''))).toHaveProperty('error.message');
    expect([answer.status, answer.end, tokensIn(answer)]).toEqual([200, 'clean', 1]);
    set({ kind: 'error-event', afterTokens: 0 });
    expect(tokensIn(await answerOf(true))).toBe(0);
    expect((await answerOf(false)).status).toBe(200);
    expect((await logged()).faults).toEqual([]);
  });

  it('malformed-chunk breaks one event and keeps the rest', async () => {
    const healthy = await answerOf(true);
    set({ kind: 'malformed-chunk', afterTokens: 1 });
    const answer = await answerOf(true);
    const broken = dataLines(answer).filter((line) => !isJson(line));
    expect(broken).toHaveLength(1);
    expect(tokensIn(answer)).toBe(tokensIn(healthy));
    const whole = await answerOf(false);
    expect([whole.end, isJson(whole.body.toString())]).toEqual(['clean', false]);
  });

  it('missing-terminator sends everything but the end', async () => {
    const healthy = await answerOf(true);
    set({ kind: 'missing-terminator' });
    const answer = await answerOf(true);
    expect(answer.end).toBe('clean');
    expect(tokensIn(answer)).toBe(tokensIn(healthy));
    expect(healthy.body.toString()).toContain(terminators[family]);
    expect(answer.body.toString()).not.toContain(terminators[family]);
  });

  it('no-content sends nothing but lifecycle and pings', async () => {
    set({ kind: 'no-content' });
    const empty = call(true);
    await simulator.waitForCall(({ response }) => /: keep-alive|"ping"[^]*"ping"/.test(response.body.toString()));
    empty.leave();
    const answer = await empty.answered;
    expect([answer.status, tokensIn(answer)]).toEqual([200, 0]);
    await simulator.waitForCall(({ outcome }) => outcome === 'client-closed');
  });

  it('empty-answer is well-formed and empty', async () => {
    set({ kind: 'empty-answer' });
    const streamed = await answerOf(true);
    expect([streamed.end, tokensIn(streamed)]).toEqual(['clean', 0]);
    expect(streamed.body.toString()).toContain(terminators[family]);
    const whole: unknown = JSON.parse((await answerOf(false)).body.toString());
    expect(whole).toMatchObject(
      family === 'openai'
        ? { choices: [{ finish_reason: 'stop', message: { content: '' } }], usage: { completion_tokens: 0 } }
        : { content: [], stop_reason: 'end_turn', usage: { output_tokens: 0 } },
    );
  });

  it.each([true, false])('wrong-model reports another model (stream: %s)', async (stream) => {
    set({ kind: 'wrong-model', reported: 'smaller-model' });
    const text = (await answerOf(stream)).body.toString();
    expect(text).toContain('"model":"smaller-model"');
    expect(text).not.toContain('"model":"some-model"');
    expect((await logged()).model).toBe('some-model');
  });

  it('not-json answers 200 with a web page', async () => {
    set({ kind: 'not-json' });
    const answer = await answerOf(true);
    expect([answer.status, answer.headers['content-type'], answer.end]).toEqual([200, 'text/html', 'clean']);
  });

  it.each([true, false])('missing-usage leaves usage out (stream: %s)', async (stream) => {
    set({ kind: 'missing-usage' });
    const answer = await answerOf(stream);
    expect(answer.body.toString()).not.toContain('usage');
    expect((await logged()).usage).toBeUndefined();
  });

  it.each([true, false])('tiny-chunks delivers the same bytes one by one (stream: %s)', async (stream) => {
    const healthy = await answerOf(stream);
    set({ kind: 'tiny-chunks' });
    const answer = await answerOf(stream);
    expect(answer.body.length).toBe(healthy.body.length);
    expect(answer.pieces).toBeGreaterThan(answer.body.length / 10);
    expect(answer.body.toString()).toContain('🌍');
    expect(await logged()).toMatchObject({ outcome: 'complete', tokensSent: tokensIn(answer) });
  });

  it.each([true, false])('giant-line is long and valid (stream: %s)', async (stream) => {
    set({ kind: 'giant-line', bytes: 300_000 });
    const answer = await answerOf(stream);
    expect(answer.body.length).toBeGreaterThan(300_000);
    expect(answer.end).toBe('clean');
    expect(dataLines(answer).every(isJson)).toBe(true);
  });

  it('strikes several faults on one call together', async () => {
    set({ kind: 'wrong-model', reported: 'other' });
    set({ kind: 'cut', afterTokens: 1 });
    const answer = await answerOf(true);
    expect([answer.end, answer.body.includes('"model":"other"')]).toEqual(['closed', true]);
    expect((await logged()).faults.map(({ kind }) => kind)).toEqual(['wrong-model', 'cut']);
  });
});

describe('faults through an SDK', () => {
  it('a retry of the SDK meets a healthy channel after the fault went away', async () => {
    const simulator = await startSimulator({ port: 0, channels: [{ id: 'x', family: 'openai' }] });
    const client = new OpenAI({ baseURL: `${simulator.url}/x/v1`, apiKey: 'k', maxRetries: 1 });
    simulator.setFault({ channel: '*', kind: 'overloaded', retryAfterSeconds: 0 });
    const answered = client.chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'hi' }] });
    await simulator.waitForCall(({ response }) => response.status === 503);
    simulator.clearFaults();
    expect((await answered).choices).toHaveLength(1);
    expect(simulator.calls().map(({ response }) => response.status)).toEqual([503, 200]);
    await simulator.close();
  });
});

function dataLines(answer: RawAnswer): readonly string[] {
  const text = answer.body.toString();
  if (!text.includes('data: ')) return [text];
  const lines = text.split('\n').filter((line) => line.startsWith('data: '));
  return lines.map((line) => line.slice('data: '.length)).filter((line) => line !== '[DONE]');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
