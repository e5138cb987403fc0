import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultClass } from '#libs/contracts';
import { startAttempt, startBench, type Bench, type Wanted } from './attempt.fixture.js';
import { completion, finish, json, role, stream, token, type Behaviour } from './provider.fixture.js';

let bench: Bench;
beforeEach(async () => (bench = await startBench()));
afterEach(() => bench.close());

/** Resolves when the provider sees the connection of this answer end. */
const closed = (response: ServerResponse): Promise<unknown> => once(response, 'close');

const silent: Behaviour = () => undefined;

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
    const { result, sink } = bench.call((response) => {
      void closed(response).then(ended.resolve);
      behaviour(response);
    }, wanted);
    const { durationMs, ...rest } = await result;
    expect(rest).toMatchObject({ outcome: 'failed', fault, committed: fault === 'stall' });
    expect(durationMs).toBeGreaterThanOrEqual(75);
    expect(sink.committed).toBe(fault === 'stall');
    await ended.promise;
  });

  it('for the connection judges a server that accepts and does not greet', async () => {
    // A TLS client waits for the server's first word before it can send anything.
    const sockets: Socket[] = [];
    const mute = createTcpServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
    await once(mute, 'listening');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is one of these
    const { port } = mute.address() as AddressInfo;
    const { result } = startAttempt(bench.client, `https://127.0.0.1:${port}`, { deadlines: { connect: 80 } });
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'unreachable', committed: false });
    // It is given up, not left to pile up behind a provider that is gone.
    await Promise.all(sockets.map((socket) => once(socket.resume(), 'close')));
    mute.close();
  });

  it('is not needed where the connection is refused', async () => {
    const { provider, client } = await startBench();
    await provider.close();
    const { result } = startAttempt(client, provider.origin);
    expect(await result).toMatchObject({ outcome: 'failed', fault: 'unreachable' });
  });
});

describe('a caller that leaves', () => {
  it.each([
    ['before the provider said anything', silent],
    ['before any content', (response: ServerResponse) => stream(response, role)],
    ['within the answer', (response: ServerResponse) => stream(response, role + token('Hel'))],
  ] as const)('%s stops the provider at once', async (_name, behaviour) => {
    const begun = Promise.withResolvers<ServerResponse>();
    const { result, cancel } = bench.call((response) => {
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
    const { result, sink, cancel } = bench.call((response) => begun.resolve(stream(response, role + token('Hel'))));
    sink.open = false;
    const ended = closed(await begun.promise);
    await sink.has('Hel');
    cancel();
    expect(await result).toMatchObject({ outcome: 'cancelled', committed: true });
    await ended;
    expect(sink.onDrain).toBeUndefined();
  });

  it('before the attempt began never reaches the provider', async () => {
    const { result } = bench.call(silent, { left: true });
    expect(await result).toMatchObject({ outcome: 'cancelled', fault: 'cancelled' });
    expect(bench.provider.paths).toEqual([]);
  });

  it('changes nothing of what has ended', async () => {
    const { result, cancel } = bench.call((response) => json(response, 200, completion), { stream: false });
    const ended = await result;
    cancel();
    expect(await result).toBe(ended);
    expect(ended.outcome).toBe('ok');
  });
});

describe('a caller that is slow', () => {
  it('slows the provider, is not held against it, and gets everything in order', async () => {
    const words = Array.from({ length: 400 }, (_, n) => token(`${n}.${'x'.repeat(16_000)}`));
    const { result, sink } = bench.call(
      (response) => {
        stream(response, role);
        Readable.from([...words, finish]).pipe(response);
      },
      { deadlines: { interToken: 500 } },
    );
    sink.open = false;
    await sink.has('x');
    const before = sink.text.length;
    await delay(800);
    // Only what was on its way already, far less than the provider has to say, and longer than any silence allowed.
    expect(sink.text.length - before).toBeLessThan(1_000_000);
    sink.open = true;
    sink.onDrain?.();
    const { bytes, ...rest } = await result;
    expect(rest.outcome).toBe('ok');
    expect(sink.text + Buffer.from(bytes ?? []).toString()).toBe(role + words.join('') + finish);
  }, 20_000);
});

describe('a connection', () => {
  it('serves one call after another while the answers are whole', async () => {
    for (let n = 0; n < 5; n += 1) {
      const streamed = bench.call((response) => stream(response, role + token('Hello')).end(finish));
      expect((await streamed.result).outcome).toBe('ok');
      const whole = bench.call((response) => json(response, 200, completion), { stream: false });
      expect((await whole.result).outcome).toBe('ok');
    }
    // A stream's end is known a moment before that of the answer that carried it: a second one may be opened then.
    expect(bench.provider.connections.length).toBeLessThanOrEqual(2);
  });

  it('is given up where a refusal is never explained whole, long before the attempt would end', async () => {
    const { result } = bench.call(
      (response) => {
        response.writeHead(503, { 'content-type': 'application/json' });
        response.write('{"error":');
      },
      { stream: false },
    );
    const { durationMs, ...rest } = await result;
    expect(rest).toMatchObject({ outcome: 'failed', fault: 'overloaded', status: 503 });
    expect(durationMs).toBeLessThan(10_000);
  });

  it('is not given up for a refusal', async () => {
    for (let n = 0; n < 10; n += 1) {
      const { result } = bench.call((response) => json(response, 429, '{"error":{"message":"full"}}'));
      expect((await result).fault).toBe('rate_limited');
    }
    expect(bench.provider.connections.length).toBeLessThanOrEqual(2);
  });

  it('serves one call at a time', async () => {
    const both = Promise.withResolvers<void>();
    const waiting: ServerResponse[] = [];
    const behaviour: Behaviour = (response) => {
      if (waiting.push(response) === 2) both.resolve();
    };
    const calls = [bench.call(behaviour, { stream: false }), bench.call(behaviour, { stream: false })];
    await both.promise;
    expect(bench.provider.connections).toHaveLength(2);
    for (const response of waiting) json(response, 200, completion);
    for (const { result } of calls) expect((await result).outcome).toBe('ok');
  });

  it('is given up where a provider says nothing more and does not end', async () => {
    const left = Promise.withResolvers<unknown>();
    const { result } = bench.call((response) => {
      void closed(response).then(left.resolve);
      stream(response, role + token('Hello') + finish);
    });
    expect((await result).outcome).toBe('ok');
    await left.promise;
  });

  it('serves no other call after one that was broken off', async () => {
    const { result } = bench.call(silent, { deadlines: { firstToken: 50 } });
    await result;
    const next = bench.call((response) => json(response, 200, completion), { stream: false });
    expect((await next.result).outcome).toBe('ok');
    expect(bench.provider.connections).toHaveLength(2);
  });
});
