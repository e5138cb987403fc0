import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { Inbox, startBroker, type TestBroker } from './bus.fixture.js';
import type { Bus } from './connection.js';
import { consume, type BatchHandler, type Consumption } from './consume.js';
import { declareStreams, jetStreamOf, streams, type ConsumerSpec } from './streams.js';
import { subjects } from './subjects.js';

const spec: ConsumerSpec = { stream: 'ledger', durable: 'reader', maxPending: 512 };

let broker: TestBroker;
let bus: Bus;
let consumption: Consumption | undefined;
beforeEach(async () => {
  broker = await startBroker();
  bus = await broker.connect();
  await declareStreams(bus);
});
afterEach(async () => {
  await consumption?.stop();
  consumption = undefined;
  await broker.stop();
});

async function publish(...texts: readonly string[]): Promise<void> {
  for (const text of texts) await jetStreamOf(bus).publish(subjects.ledger, text);
}

const numbered = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, n) => `m${from + n}`);
const texts = (payloads: readonly Uint8Array[]): string[] => payloads.map((bytes) => Buffer.from(bytes).toString());

async function waiting(): Promise<{ readonly unseen: number; readonly unacked: number }> {
  const manager = await jetstreamManager(bus.nats);
  const info = await manager.consumers.info(streams.ledger.name, spec.durable);
  return { unseen: info.num_pending, unacked: info.num_ack_pending };
}

async function start(handler: BatchHandler): Promise<Consumption> {
  consumption = await consume(bus, spec, handler);
  return consumption;
}

describe('consume', () => {
  it('gives all there is and all that comes, in order and in batches, and acknowledges it', async () => {
    const seen = new Inbox<string>();
    const sizes: number[] = [];
    await publish(...numbered(0, 400));
    const reading = await start(async (payloads) => {
      sizes.push(payloads.length);
      texts(payloads).forEach(seen.take);
    });
    await seen.count(400);
    await publish(...numbered(400, 410));
    expect(await seen.count(410)).toEqual(numbered(0, 410));
    expect(sizes.length).toBeLessThan(20);
    await reading.stop();
    await bus.nats.flush();
    expect(await waiting()).toEqual({ unseen: 0, unacked: 0 });
  });

  it('gives a batch again that was rejected, and loses nothing', async () => {
    const seen = new Inbox<string>();
    let failures = 2;
    await publish('a', 'b');
    await start(async (payloads) => {
      failures -= 1;
      if (failures >= 0) throw new Error('the database is away');
      texts(payloads).forEach(seen.take);
    });
    await seen.until((items) => items.includes('a') && items.includes('b'));
    expect(failures).toBeLessThan(0);
  }, 15_000);

  it('finishes the batch under way when it stops, and takes no other', async () => {
    const begun = new Inbox<string>();
    const finished: string[] = [];
    const gate = Promise.withResolvers<void>();
    const reading = await start(async (payloads) => {
      texts(payloads).forEach(begun.take);
      await gate.promise;
      finished.push(...texts(payloads));
    });
    await publish('a');
    await begun.count(1);
    await publish('b');
    const stopped = reading.stop();
    gate.resolve();
    await stopped;
    await bus.nats.flush();
    expect(finished).toEqual(['a']);
    expect(await waiting()).toEqual({ unseen: 1, unacked: 0 });
  });

  it('goes on where it was when it is started again, under its own name', async () => {
    const [first, second] = [new Inbox<string>(), new Inbox<string>()];
    await publish('a', 'b');
    const reading = await start(async (payloads) => texts(payloads).forEach(first.take));
    await first.count(2);
    await reading.stop();
    await publish('c');
    await start(async (payloads) => texts(payloads).forEach(second.take));
    expect(await second.count(1)).toEqual(['c']);
  });

  it('survives a restart of the broker', async () => {
    const seen = new Inbox<string>();
    await publish('a');
    await start(async (payloads) => texts(payloads).forEach(seen.take));
    await seen.count(1);
    await broker.bounce();
    await publish('b', 'c');
    const read = await seen.until((items) => new Set(items).size >= 3);
    expect(new Set(read)).toEqual(new Set(['a', 'b', 'c']));
  }, 30_000);

  it('stops while the broker is away', async () => {
    const reading = await start(async () => undefined);
    await broker.crash();
    const began = performance.now();
    await reading.stop();
    expect(performance.now() - began).toBeLessThan(1000);
    await broker.restart();
  }, 30_000);
});
