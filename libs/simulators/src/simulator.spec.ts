import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '#libs/simulators';
import { rawCall, type RawCall } from './raw-call.fixture.js';

const secret = 'sk-very-secret';

describe('a simulator', () => {
  let simulator: Simulator;

  const chat = (more: object = {}): RawCall =>
    rawCall(`${simulator.url}/x/v1/chat/completions`, {
      model: 'm',
      messages: [{ role: 'user', content: 'héllo' }],
      ...more,
    });
  const control = async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`${simulator.url}/_control/${path}`, init);
    return { status: answer.status, content: await answer.json() };
  };
  const put = (fault: object) => control('faults', { method: 'PUT', body: JSON.stringify(fault) });

  beforeEach(async () => {
    const channels = [
      { id: 'x', family: 'openai' as const },
      { id: 'y', family: 'anthropic' as const },
    ];
    simulator = await startSimulator({ port: 0, channels, pace: { firstTokenMs: 5, tokenMs: 1, tokens: 40 } });
  });
  afterEach(() => simulator.close());

  it('logs exactly the bytes that a caller sends and receives', async () => {
    for (const stream of [true, false]) {
      const answer = await chat({ stream }).answered;
      const record = await simulator.waitForCall(({ outcome }) => outcome === 'complete');
      simulator.clearCalls();
      expect(record.response.body).toEqual(answer.body);
      expect(record.response).toMatchObject({ status: 200, headers: { 'x-request-id': record.id } });
      expect(answer.headers).toMatchObject(record.response.headers);
      expect(JSON.parse(record.request.body.toString())).toMatchObject({ model: 'm', stream });
      expect(record).toMatchObject({ channel: 'x', model: 'm', outcome: 'complete', faults: [] });
      expect(record.request.headers.authorization).toBe('Bearer k');
      expect(record.finishedAt).toBeGreaterThanOrEqual(record.startedAt);
    }
  });

  it('counts tokens and keeps the reported usage', async () => {
    await chat({ stream: true, stream_options: { include_usage: true } }).answered;
    const record = await simulator.waitForCall(({ outcome }) => outcome === 'complete');
    expect(record).toMatchObject({ tokensSent: 40, usage: { inputTokens: 2, outputTokens: 40 } });
  });

  it('notices at once that a caller has left', async () => {
    simulator.setFault({ channel: 'x', kind: 'slow-tokens', tokenMs: 60_000 });
    const call = chat({ stream: true });
    await call.shows('"role":"assistant"');
    const left = Date.now();
    call.leave();
    const record = await simulator.waitForCall(({ outcome }) => outcome === 'client-closed');
    expect((record.clientClosedAt ?? Infinity) - left).toBeLessThan(1000);
    expect(record.tokensSent).toBe(0);
  });

  it('notices it in the middle of bytes too', async () => {
    simulator.setFault({ channel: 'x', kind: 'tiny-chunks' });
    const call = chat({ stream: true });
    await call.shows('"id"');
    call.leave();
    const record = await simulator.waitForCall(({ outcome }) => outcome === 'client-closed');
    expect(record.clientClosedAt).toBeLessThanOrEqual(record.finishedAt ?? 0);
  });

  it('gives the same answers and ids to the same calls under the same seed', async () => {
    const other = await startSimulator({ port: 0, channels: [{ id: 'x', family: 'openai' }] });
    await chat({ stream: true }).answered;
    await rawCall(`${other.url}/x/v1/chat/completions`, { model: 'm', messages: [] }).answered;
    expect(other.calls()[0]?.id).toBe(simulator.calls()[0]?.id);
    await other.close();
  });

  it('closes with calls in flight, and says that it was it who ended them', async () => {
    simulator.setFault({ channel: '*', kind: 'hang' });
    const call = chat();
    await simulator.waitForCall(({ faults }) => faults.length > 0);
    const ended = simulator.waitForCall(({ outcome }) => outcome !== 'in-flight');
    await simulator.close();
    await simulator.close();
    const record = await ended;
    expect([record.outcome, record.clientClosedAt]).toEqual(['simulator-closed', undefined]);
    expect((await call.answered).status).toBeUndefined();
    simulator = await startSimulator({ port: simulator.port, channels: [{ id: 'x', family: 'openai' }] });
  });

  it('refuses a port in use, an unfit channel, an unknown channel and a body beyond the limit', async () => {
    const channels = [{ id: 'x', family: 'openai' as const }];
    await expect(startSimulator({ port: simulator.port, channels })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    const unfit = startSimulator({ port: 0, channels: [{ id: '_control', family: 'openai' }] });
    await expect(unfit).rejects.toMatchObject({ code: 'invalid_value', field: 'channels' });
    expect((await fetch(`${simulator.url}/z/v1/models`)).status).toBe(404);
    const huge = await chat({ user: 'x'.repeat(33 * 1024 * 1024) }).answered;
    expect(huge).toMatchObject({ status: 413, end: 'clean' });
  });

  it('is controlled over HTTP', async () => {
    expect(await control('health')).toEqual({ status: 200, content: { status: 'ok', channels: ['x', 'y'] } });
    const put1 = await put({ channel: 'x', kind: 'overloaded', percent: 50, durationMs: 60_000 });
    expect(put1).toMatchObject({ status: 200, content: { faults: [{ id: 'x:overloaded', percent: 50 }] } });
    await put({ channel: 'y', kind: 'hang', id: 'mine' });
    expect((await control('faults')).content).toMatchObject({ faults: [{ channel: 'x' }, { channel: 'y' }] });
    const cleared = await control('faults?id=mine', { method: 'DELETE' });
    expect(cleared.content).toMatchObject({ cleared: 1, faults: [{ channel: 'x' }] });
    expect((await control('faults?channel=x', { method: 'DELETE' })).content).toEqual({ cleared: 1, faults: [] });
  });

  it('explains what is wrong with a control request', async () => {
    const wrong = await put({ channel: 'x', kind: 'overloaded', percent: 500 });
    expect(wrong).toMatchObject({ status: 400, content: { error: { field: 'percent', code: 'invalid_value' } } });
    const broken = await control('faults', { method: 'PUT', body: '{' });
    expect(broken).toMatchObject({ status: 400, content: { error: { code: 'invalid_json' } } });
    expect((await control('calls?since=yesterday')).status).toBe(400);
    expect((await control('nowhere')).status).toBe(404);
  });

  it('shows calls without their credentials', async () => {
    const headers = { authorization: `Bearer ${secret}`, 'x-api-key': secret };
    const answer = await fetch(`${simulator.url}/x/v1/chat/completions`, { method: 'POST', headers, body: '{}' });
    const text = await answer.text();
    const { content } = await control('calls?channel=x&since=0&bodies=1');
    expect(JSON.stringify(content)).not.toContain(secret);
    expect(content).toMatchObject({
      calls: [
        {
          request: { headers: { 'x-api-key': expect.stringMatching(/^sha256:[0-9a-f]{12}$/) }, bytes: 2 },
          response: { status: 400, bodyBase64: Buffer.from(text).toString('base64') },
        },
      ],
    });
    expect(simulator.calls()[0]?.request.headers['x-api-key']).toBe(secret);
    expect((await control('calls', { method: 'DELETE' })).content).toEqual({ calls: [] });
  });
});
