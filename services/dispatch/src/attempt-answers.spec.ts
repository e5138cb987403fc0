import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultClass } from '#libs/contracts';
import { startBench, type Bench } from './attempt.fixture.js';
import { completion, finish, json, reset, role, stream, token, type Behaviour } from './provider.fixture.js';

let bench: Bench;
beforeEach(async () => (bench = await startBench()));
afterEach(() => bench.close());

describe('an unstreamed answer', () => {
  it('is given whole, with what the provider says of it', async () => {
    const { result, sink } = bench.call((response) => json(response, 200, completion), { stream: false });
    const { bytes, ...rest } = await result;
    expect(Buffer.from(bytes ?? []).toString()).toBe(completion);
    expect(rest).toMatchObject({
      outcome: 'ok',
      status: 200,
      committed: false,
      report: { servedVersion: 'gpt-5-0101', usage: { inputTokens: 9, outputTokens: 1 }, finishReason: 'stop' },
    });
    expect(sink.text).toBe('');
  });

  it('may come in pieces, after an early hint', async () => {
    const { result } = bench.call(
      (response) => {
        response.writeEarlyHints({ link: '</a>; rel=preload' });
        response.writeHead(200, { 'content-type': 'application/json' });
        for (const piece of completion.match(/.{1,7}/g) ?? []) response.write(piece);
        response.end();
      },
      { stream: false },
    );
    expect(Buffer.from((await result).bytes ?? []).toString()).toBe(completion);
  });

  it.each([
    ['nothing', ''],
    ['no JSON', '<html>welcome</html>'],
    ['half an answer', completion.slice(0, 50)],
    ['an answer without content', '{"choices":[]}'],
  ])('is no answer where it is %s', async (_name, body) => {
    const { result } = bench.call((response) => json(response, 200, body), { stream: false });
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'wrong_output', status: 200 });
  });

  it('is cut where the connection ends within it', async () => {
    const { result } = bench.call(
      (response) => {
        response.writeHead(200, { 'content-length': '1000' }).write('{');
        response.socket?.end();
      },
      { stream: false },
    );
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'cut' });
  });
});

describe('a streamed answer', () => {
  it('is held back until its first content, and its end until it is whole', async () => {
    const first = Promise.withResolvers<ServerResponse>();
    const { result, sink } = bench.call((response) => first.resolve(stream(response, role)));
    const response = await first.promise;
    expect(sink).toMatchObject({ committed: false, text: '' });
    response.write(token('Hel'));
    await sink.has('Hel');
    expect(sink.text).toBe(role + token('Hel'));
    response.end(token('lo') + finish);
    const { bytes, ...rest } = await result;
    expect(sink.text + Buffer.from(bytes ?? []).toString()).toBe(role + token('Hel') + token('lo') + finish);
    expect(sink.text).not.toContain('[DONE]');
    expect(sink.versions).toEqual(['gpt-5-0101']);
    expect(rest).toMatchObject({ outcome: 'ok', status: 200, committed: true });
    expect(rest.firstTokenMs).toBeLessThanOrEqual(rest.durationMs);
  });

  it('may come all at once: then nothing is committed before it is known to be whole', async () => {
    const { result, sink } = bench.call((response) => stream(response).end(role + token('Hello') + finish));
    const { bytes, ...rest } = await result;
    expect(rest.outcome).toBe('ok');
    expect(sink.text + Buffer.from(bytes ?? []).toString()).toBe(role + token('Hello') + finish);
  });

  it('is no answer where it is no event stream', async () => {
    const { result, sink } = bench.call((response) => json(response, 200, completion));
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'wrong_output', committed: false });
    expect(sink.text).toBe('');
  });

  it('is no answer where it never comes to any content', async () => {
    const { result } = bench.call((response) => stream(response).end(role.repeat(20_000)));
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'wrong_output', committed: false });
  });

  const after: readonly (readonly [string, Behaviour, FaultClass, boolean])[] = [
    ['reset before the head', reset, 'unreachable', false],
    ['a head and a reset', (response) => (stream(response), setImmediate(() => reset(response))), 'cut', false],
    ['a clean end without a word', (response) => stream(response).end(), 'cut', false],
    ['an end before any content', (response) => stream(response).end(role), 'cut', false],
    ['an end without the terminator', (response) => stream(response, role + token('Hel')).end(), 'cut', true],
    [
      'a reset within content',
      (response) => stream(response).write(role + token('Hel'), () => setTimeout(() => reset(response), 20)),
      'cut',
      true,
    ],
    [
      'an error event before any content',
      (response) => stream(response).end(`${role}data: {"error":{"message":"failed","type":"server_error"}}\n\n`),
      'error_event',
      false,
    ],
  ];
  it.each(after)('after %s has failed', async (_name, behaviour, fault, committed) => {
    const { result, sink } = bench.call(behaviour);
    expect(await result).toMatchObject({ outcome: 'failed', fault, committed });
    expect(sink.committed).toBe(committed);
    if (!committed) expect(sink.text).toBe('');
  });
});

describe('a refusal', () => {
  it.each([
    [429, 'rate_limited'],
    [500, 'provider_error'],
    [503, 'overloaded'],
    [401, 'bad_credential'],
    [400, 'client_error'],
  ] as const)('with status %p is read', async (status, fault) => {
    const body = JSON.stringify({ error: { message: 'no, because', type: 'some_error', param: 'messages' } });
    const { result } = bench.call((response) => json(response, status, body, { 'retry-after': '7' }));
    expect(await result).toMatchObject({
      outcome: 'failed',
      fault,
      status,
      message: 'no, because',
      field: 'messages',
      retryAfterMs: 7000,
      committed: false,
    });
  });

  it('never shows the credential that it repeats', async () => {
    const body = JSON.stringify({ error: { message: 'wrong key sk-secret-key', param: 'sk-secret-key' } });
    const { result } = bench.call((response) => json(response, 401, body));
    expect(JSON.stringify(await result)).not.toContain('sk-secret-key');
  });

  it('without an end is read in part, and the connection is cut', async () => {
    const ended = Promise.withResolvers<unknown>();
    const { result } = bench.call((response) => {
      response.once('close', ended.resolve);
      response.writeHead(503);
      const more = (): void => void response.write('x'.repeat(16_384), (error) => error ?? setImmediate(more));
      more();
    });
    const { message, ...rest } = await result;
    expect(rest).toMatchObject({ outcome: 'failed', fault: 'overloaded', status: 503 });
    expect(message?.length).toBeLessThanOrEqual(1000);
    await ended.promise;
  });

  it.each([
    ['never ends', (response: ServerResponse): unknown => response.write('{"error"')],
    ['is cut', (response: ServerResponse): unknown => response.write('{"error"', () => reset(response))],
  ] as const)('whose explanation %s is a refusal all the same', async (_name, go) => {
    const { result } = bench.call(
      (response) => void go(response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '3' })),
      { deadlines: { firstToken: 100 } },
    );
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'rate_limited', status: 429, retryAfterMs: 3000 });
  });

  it('to another address is not followed', async () => {
    const { result } = bench.call((response) => response.writeHead(307, { location: '/elsewhere' }).end());
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'provider_error', status: 307 });
    expect(bench.provider.paths).toEqual(['/v1/chat/completions']);
  });
});
