import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Control, Frame } from '#libs/contracts';
import { Inbox, startBroker, type TestBroker } from './bus.fixture.js';
import type { Bus } from './connection.js';
import { attemptStart, runRequest, zeroSummary } from './frames.fixture.js';
import { listenForFrames } from './frame-listener.js';
import { openRunClient, type RunClient } from './run-client.js';
import { serveRuns, type IncomingRun, type RunServer } from './run-server.js';
import { ask } from './request.js';
import { pingSubject, subjects } from './subjects.js';

type Heard = { readonly token: string; readonly frame: Frame | 'nobody' };

let broker: TestBroker;
let ingress: Bus;
let client: RunClient;
let heard: Inbox<Heard>;
beforeEach(async () => {
  broker = await startBroker();
  ingress = await broker.connect('ingress');
  heard = new Inbox();
  client = openRunClient(ingress, {
    frame: (token, frame) => heard.take({ token, frame }),
    nobody: (token) => heard.take({ token, frame: 'nobody' }),
  });
});
afterEach(() => broker.stop());

interface Dispatcher {
  readonly bus: Bus;
  readonly server: RunServer;
  readonly runs: Inbox<IncomingRun>;
  readonly controls: Inbox<Control>;
}

async function dispatcher(name: string): Promise<Dispatcher> {
  const bus = await broker.connect(name);
  const [runs, controls] = [new Inbox<IncomingRun>(), new Inbox<Control>()];
  const server = serveRuns(bus, name, { run: runs.take, control: controls.take });
  await bus.nats.flush();
  return { bus, server, runs, controls };
}

const data = (seq: number, bytes: Uint8Array): Frame => ({ type: 'data', seq, bytes });

describe('a hand-over', () => {
  it('brings request and body as they were, and frames back in order', async () => {
    const { runs } = await dispatcher('d1');
    const request = runRequest({ requestId: 'req_7', epoch: 3 });
    const body = Buffer.from('{"model":"fast","text":"\u{1f600}"}');
    client.hand('req_7-3', request, body);
    const [run] = await runs.count(1);
    expect(run?.request).toEqual(request);
    expect(Buffer.compare(body, run?.body ?? new Uint8Array())).toBe(0);
    run?.send({ type: 'attempt', seq: 0, attempt: attemptStart });
    run?.send({ type: 'head', seq: 1, head: { status: 200, headers: {} } });
    for (let seq = 2; seq < 200; seq += 1) run?.send(data(seq, Buffer.from(String(seq))));
    run?.send({ type: 'end', seq: 200, summary: zeroSummary });
    const frames = await heard.count(201);
    expect(frames.map(({ frame }) => (frame === 'nobody' ? -1 : frame.seq))).toEqual(
      Array.from({ length: 201 }, (_, seq) => seq),
    );
    expect(new Set(frames.map(({ token }) => token))).toEqual(new Set(['req_7-3']));
  });

  it('never mixes calls up, however their frames interleave', async () => {
    const { runs } = await dispatcher('d1');
    const calls = 20;
    for (let n = 0; n < calls; n += 1)
      client.hand(`call-${n}`, runRequest({ requestId: `call-${n}` }), Buffer.from([n]));
    const taken = await runs.count(calls);
    const order = fc.sample(fc.nat(calls - 1), { numRuns: 500, seed: 1 });
    for (const [seq, n] of order.entries()) taken[n]?.send(data(seq, Buffer.from(taken[n].request.requestId)));
    const frames = await heard.count(order.length);
    const wrong = frames.filter(
      ({ token, frame }) =>
        frame === 'nobody' || frame.type !== 'data' || Buffer.from(frame.bytes).toString() !== token,
    );
    expect(wrong).toEqual([]);
  });

  it('goes to one dispatcher, and spreads over all', async () => {
    const both = [await dispatcher('d1'), await dispatcher('d2')];
    for (let n = 0; n < 40; n += 1) client.hand(`call-${n}`, runRequest(), new Uint8Array());
    await ingress.nats.flush();
    for (const { bus } of both) await bus.nats.flush();
    const counts = both.map(({ runs }) => runs.items.length);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(40);
    expect(Math.min(...counts)).toBeGreaterThan(0);
  });

  it('is told to a dispatcher that comes later, at once, where it may be handed over directly', async () => {
    const told = new Inbox<number>();
    const listener = await listenForFrames('127.0.0.1', {
      frame: () => undefined,
      linked: () => told.take(performance.now()),
      gone: () => undefined,
    });
    const withdraw = client.announce(listener.address);
    await ingress.nats.flush();
    const began = performance.now();
    await dispatcher('late');
    const [linked = Infinity] = await told.count(1);
    expect(linked - began).toBeLessThan(900);
    withdraw();
    listener.close();
  });

  it('is nobody’s where no dispatcher is, and is told at once', async () => {
    const began = performance.now();
    client.hand('call-1', runRequest(), new Uint8Array());
    expect(await heard.count(1)).toEqual([{ token: 'call-1', frame: 'nobody' }]);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('does not go to a dispatcher that drains, which still hears of the calls it has', async () => {
    const { runs, controls, server } = await dispatcher('d1');
    expect(await ask(ingress, subjects.dispatchPresent, {}, 1000)).toBe(true);
    client.hand('call-1', runRequest(), new Uint8Array());
    const [run] = await runs.count(1);
    await server.drain();
    client.hand('call-2', runRequest(), new Uint8Array());
    expect(await heard.count(1)).toEqual([{ token: 'call-2', frame: 'nobody' }]);
    await expect(ask(ingress, subjects.dispatchPresent, {}, 1000)).rejects.toMatchObject({ code: 'not_ready' });
    client.control('d1', { do: 'cancel', requestId: 'req_1', epoch: 0 });
    expect(await controls.count(1)).toEqual([{ do: 'cancel', requestId: 'req_1', epoch: 0 }]);
    expect(await client.ping('d1', 1000)).toBe('alive');
    run?.send({ type: 'end', seq: 0, summary: zeroSummary });
    await heard.count(2);
  });

  it('survives garbage, and handlers that throw, on every subject', async () => {
    const bus = await broker.connect('d1');
    const runs = new Inbox<IncomingRun>();
    const controls = new Inbox<Control>();
    serveRuns(bus, 'd1', {
      run: (run) => {
        runs.take(run);
        if (run.request.requestId === 'bad') throw new Error('a run that cannot be taken');
      },
      control: controls.take,
    });
    await bus.nats.flush();
    for (const garbage of ['', 'x', '\0\0\0\x09{}']) {
      ingress.nats.publish(subjects.run, garbage, { reply: 'nowhere' });
      ingress.nats.publish('bw.dispatch.d1.control.v1', garbage);
    }
    client.hand('call-1', runRequest({ requestId: 'bad' }), new Uint8Array());
    client.hand('call-2', runRequest({ requestId: 'good' }), new Uint8Array());
    client.control('d1', { do: 'credit', requestId: 'good', epoch: 0, bytes: 1 });
    const [, good] = await runs.count(2);
    await controls.count(1);
    bus.nats.publish((await replyOf(bus)) ?? '', 'no frame');
    good?.send(data(0, Buffer.from('x')));
    const frames = await heard.until((items) => items.some(({ token }) => token === 'call-2'));
    expect(frames).toHaveLength(1);
  });
});

/** Where frames of a hand-over go to, seen by another member of the queue group. */
async function replyOf(bus: Bus): Promise<string | undefined> {
  const replies = new Inbox<string>();
  bus.nats.subscribe(subjects.run, { callback: (_failure, message) => replies.take(message.reply ?? '') });
  await bus.nats.flush();
  client.hand('call-3', runRequest({ requestId: 'other' }), new Uint8Array());
  return (await replies.count(1))[0];
}

describe('ping', () => {
  it('finds a dispatcher alive', async () => {
    await dispatcher('d1');
    expect(await client.ping('d1', 1000)).toBe('alive');
  });

  it('finds one gone that has lost its connection, at once', async () => {
    const { bus } = await dispatcher('d1');
    await bus.nats.close();
    // The broker learns of it by itself.
    while ((await client.ping('d1', 100)) !== 'gone');
    const began = performance.now();
    expect(await client.ping('d1', 5000)).toBe('gone');
    expect(await client.ping('never-was', 5000)).toBe('gone');
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('finds one silent that is connected and does not answer', async () => {
    const frozen = await broker.connect('d1');
    frozen.nats.subscribe(pingSubject('d1'), { callback: () => undefined });
    await frozen.nats.flush();
    expect(await client.ping('d1', 50)).toBe('silent');
  });
});
