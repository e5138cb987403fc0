import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo } from 'node:net';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultClass } from '#libs/contracts';
import { startAttempt, type Started, type Wanted } from './attempt.fixture.js';
import { ProviderClient } from './provider-client.js';
import {
  completion,
  finish,
  json,
  role,
  startProvider,
  stream,
  token,
  type Behaviour,
  type TestProvider,
} from './provider.fixture.js';

let provider: TestProvider;
let client: ProviderClient;
beforeEach(async () => {
  provider = await startProvider();
  client = new ProviderClient();
});
afterEach(async () => {
  await client.onApplicationShutdown();
  await provider.close();
});

function call(behaviour: Behaviour, wanted: Wanted = {}): Started {
  provider.answerWith(behaviour);
  return startAttempt(client, provider.origin, wanted);
}

/** Resolves when the provider sees the connection of this answer end. */
const closed = (response: ServerResponse): Promise<unknown> => once(response, 'close');

const reset: Behaviour = (response) => response.socket?.resetAndDestroy();
const silent: Behaviour = () => undefined;

describe('an unstreamed answer', () => {
  it('is given whole, with what the provider says of it', async () => {
    const { result, sink } = call((response) => json(response, 200, completion), { stream: false });
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
    const { result } = call(
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
    const { result } = call((response) => json(response, 200, body), { stream: false });
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'wrong_output', status: 200 });
  });

  it('is cut where the connection ends within it', async () => {
    const { result } = call(
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
    const { result, sink } = call((response) => first.resolve(stream(response, role)));
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
    const { result, sink } = call((response) => stream(response).end(role + token('Hello') + finish));
    const { bytes, ...rest } = await result;
    expect(rest.outcome).toBe('ok');
    expect(sink.text + Buffer.from(bytes ?? []).toString()).toBe(role + token('Hello') + finish);
  });

  it('is no answer where it is no event stream', async () => {
    const { result, sink } = call((response) => json(response, 200, completion));
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'wrong_output', committed: false });
    expect(sink.text).toBe('');
  });

  it('is no answer where it never comes to any content', async () => {
    const { result } = call((response) => stream(response).end(role.repeat(20_000)));
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'wrong_output', committed: false });
  });

  const after: readonly (readonly [string, Behaviour, FaultClass, boolean])[] = [
    ['reset before the head', reset, 'unreachable', false],
    [
      'a head and a reset',
      (response) => (stream(response), setImmediate(() => reset(response, response.req))),
      'cut',
      false,
    ],
    ['a clean end without a word', (response) => stream(response).end(), 'cut', false],
    ['an end before any content', (response) => stream(response).end(role), 'cut', false],
    ['an end without the terminator', (response) => stream(response, role + token('Hel')).end(), 'cut', true],
    [
      'a reset within content',
      (response) =>
        stream(response).write(role + token('Hel'), () => setTimeout(() => reset(response, response.req), 20)),
      'cut',
      true,
    ],
    [
      'an error event before any content',
      (response) => stream(response).end(`${role}data: {"error":{"message":"overloaded","type":"server_error"}}\n\n`),
      'error_event',
      false,
    ],
  ];
  it.each(after)('after %s has failed', async (_name, behaviour, fault, committed) => {
    const { result, sink } = call(behaviour);
    expect(await result).toMatchObject({ outcome: 'failed', fault, committed });
    expect(sink.committed).toBe(committed);
    if (!committed) expect(sink.text).toBe('');
  });
});

describe('a deadline', () => {
  const cases: readonly (readonly [string, Behaviour, Wanted, FaultClass])[] = [
    ['for the first word of a stream', silent, { deadlines: { firstToken: 80 } }, 'hang'],
    [
      'for the first content, whatever else comes',
      (response) => stream(response, role),
      { deadlines: { firstToken: 80 } },
      'slow_first_token',
    ],
    [
      'for more content',
      (response) => stream(response, role + token('Hel')),
      { deadlines: { interToken: 80 } },
      'stall',
    ],
    ['for the attempt, while nothing came', silent, { deadlines: { attempt: 80 }, stream: false }, 'hang'],
    [
      'for the attempt, within an answer',
      (response) => stream(response, '{'),
      { deadlines: { attempt: 200 }, stream: false },
      'slow_first_token',
    ],
    ['for the whole call', silent, { remaining: 80 }, 'hang'],
  ];
  it.each(cases)('%s ends the attempt and the connection', async (_name, behaviour, wanted, fault) => {
    const ended = Promise.withResolvers<unknown>();
    const { result, sink } = call((response, request) => {
      void closed(response).then(ended.resolve);
      behaviour(response, request);
    }, wanted);
    const { durationMs, ...rest } = await result;
    expect(rest).toMatchObject({ outcome: 'failed', fault, committed: fault === 'stall' });
    expect(durationMs).toBeGreaterThanOrEqual(75);
    expect(sink.committed).toBe(fault === 'stall');
    await ended.promise;
  });

  it('for the connection judges a server that accepts and does not greet', async () => {
    // A TLS client waits for the server's first word before it can send anything.
    const mute = createTcpServer((socket) => void closed.then(() => socket.destroy())).listen(0, '127.0.0.1');
    const closed = once(mute, 'done');
    await once(mute, 'listening');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is one of these
    const { port } = mute.address() as AddressInfo;
    const { result } = startAttempt(client, `https://127.0.0.1:${port}`, { deadlines: { connect: 80 } });
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'unreachable', committed: false });
    mute.emit('done');
    mute.close();
  });

  it('is not needed where the connection is refused', async () => {
    await provider.close();
    const { result } = startAttempt(client, provider.origin);
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'unreachable' });
    provider = await startProvider();
  });
});

describe('a caller that leaves', () => {
  it.each([
    ['before the provider said anything', silent],
    ['before any content', (response: ServerResponse) => stream(response, role)],
    ['within the answer', (response: ServerResponse) => stream(response, role + token('Hel'))],
  ] as const)('%s stops the provider at once', async (_name, behaviour) => {
    const begun = Promise.withResolvers<ServerResponse>();
    const { result, cancel } = call((response) => {
      behaviour(response);
      begun.resolve(response);
    });
    const ended = closed(await begun.promise);
    cancel();
    expect(await result).toMatchObject({ outcome: 'cancelled', fault: 'cancelled' });
    await ended;
  });

  it('while the answer waits for it stops the provider too', async () => {
    const begun = Promise.withResolvers<ServerResponse>();
    const { result, sink, cancel } = call((response) => begun.resolve(stream(response, role + token('Hel'))));
    sink.open = false;
    const ended = closed(await begun.promise);
    await sink.has('Hel');
    cancel();
    expect(await result).toMatchObject({ outcome: 'cancelled', committed: true });
    await ended;
    expect(sink.onDrain).toBeUndefined();
  });

  it('changes nothing of what has ended', async () => {
    const { result, cancel } = call((response) => json(response, 200, completion), { stream: false });
    const ended = await result;
    cancel();
    expect(await result).toBe(ended);
    expect(ended.outcome).toBe('ok');
  });
});

describe('a caller that is slow', () => {
  it('slows the provider, is not held against it, and gets everything in order', async () => {
    const words = Array.from({ length: 400 }, (_, n) => token(`${n}.${'x'.repeat(16_000)}`));
    const blocked = Promise.withResolvers<void>();
    const { result, sink } = call(
      async (response) => {
        stream(response, role);
        for (const word of words) {
          if (response.write(word)) continue;
          blocked.resolve();
          await once(response, 'drain');
        }
        response.end(finish);
      },
      { deadlines: { interToken: 150 } },
    );
    sink.open = false;
    await blocked.promise;
    await sink.has('x');
    const before = sink.text.length;
    await new Promise((resolve) => setTimeout(resolve, 300));
    // Only what was on its way already, far less than the provider has to say.
    expect(sink.text.length).toBe(before);
    expect(before).toBeLessThan(1_000_000);
    sink.open = true;
    sink.onDrain?.();
    const { bytes, ...rest } = await result;
    expect(rest.outcome).toBe('ok');
    expect(sink.text + Buffer.from(bytes ?? []).toString()).toBe(role + words.join('') + finish);
  }, 20_000);
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
    const { result } = call((response) => json(response, status, body, { 'retry-after': '7' }));
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
    const { result } = call((response) => json(response, 401, body));
    expect(JSON.stringify(await result)).not.toContain('sk-secret-key');
  });

  it('without an end is read in part, and the connection is cut', async () => {
    const ended = Promise.withResolvers<unknown>();
    const { result } = call((response) => {
      void closed(response).then(ended.resolve);
      response.writeHead(503);
      const more = (): void => void response.write('x'.repeat(16_384), (error) => error ?? setImmediate(more));
      more();
    });
    const { message, ...rest } = await result;
    expect(rest).toMatchObject({ outcome: 'failed', fault: 'overloaded', status: 503 });
    expect(message?.length).toBeLessThanOrEqual(1000);
    await ended.promise;
  });

  it('to another address is not followed', async () => {
    const { result } = call((response) => response.writeHead(307, { location: '/elsewhere' }).end());
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'provider_error', status: 307 });
    expect(provider.paths).toEqual(['/v1/chat/completions']);
  });
});

describe('a connection', () => {
  it('serves one call after another while the answers are whole', async () => {
    for (let n = 0; n < 5; n += 1) {
      const streamed = call((response) => stream(response, role + token('Hello')).end(finish));
      expect((await streamed.result).outcome).toBe('ok');
      const whole = call((response) => json(response, 200, completion), { stream: false });
      expect((await whole.result).outcome).toBe('ok');
    }
    // A stream's end is known a moment before that of the answer that carried it: a second one may be opened then.
    expect(provider.connections.length).toBeLessThanOrEqual(2);
  });

  it('serves one call at a time', async () => {
    const both = Promise.withResolvers<void>();
    const waiting: ServerResponse[] = [];
    const behaviour: Behaviour = (response) => {
      if (waiting.push(response) === 2) both.resolve();
    };
    const calls = [call(behaviour, { stream: false }), call(behaviour, { stream: false })];
    await both.promise;
    expect(provider.connections).toHaveLength(2);
    for (const response of waiting) json(response, 200, completion);
    for (const { result } of calls) expect((await result).outcome).toBe('ok');
  });

  it('serves no other call after one that was broken off', async () => {
    const { result } = call(silent, { deadlines: { firstToken: 50 } });
    await result;
    const next = call((response) => json(response, 200, completion), { stream: false });
    expect((await next.result).outcome).toBe('ok');
    expect(provider.connections).toHaveLength(2);
  });
});
