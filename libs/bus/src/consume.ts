import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, JsMsg } from '@nats-io/jetstream';
import type { Bus } from './connection.js';
import { declareConsumer, jetStreamOf, streams, type ConsumerSpec } from './streams.js';

/** Resolving is the ack of the whole batch; rejecting has it delivered again. */
export type BatchHandler = (payloads: readonly Uint8Array[]) => Promise<void>;

export interface Consumption {
  /** Finishes the batch under way. */
  stop(): Promise<void>;
}

const RETRY_MS = 1000;

interface Pull {
  readonly max_messages: number;
  /** Milliseconds. */
  readonly expires: number;
}

/** As many messages as come in time: a batch costs one acknowledged write, however many they are. */
const busy: Pull = { max_messages: 256, expires: 1000 };
/** Where none came: the next one is worth a pull of its own, and asking all the time is not. */
const quiet: Pull = { max_messages: 1, expires: 3000 };

/** Feeds a durable pull consumer's messages to a handler, batch by batch, for as long as the process lives. */
export async function consume(bus: Bus, spec: ConsumerSpec, handler: BatchHandler): Promise<Consumption> {
  await declareConsumer(bus, spec);
  const consumer = await jetStreamOf(bus).consumers.get(streams[spec.stream].name, spec.durable);
  const stopped = new AbortController();
  const loop = pull(consumer, handler, stopped.signal);
  return {
    stop: async () => {
      stopped.abort();
      await loop;
    },
  };
}

async function pull(consumer: Consumer, handler: BatchHandler, stopped: AbortSignal): Promise<void> {
  let next = busy;
  while (!stopped.aborted) {
    try {
      const batch = await take(consumer, next, stopped);
      next = batch.length > 0 ? busy : quiet;
      if (batch.length > 0) await settle(batch, handler);
    } catch {
      // The broker is away: the client reconnects by itself, and what was not acked comes again.
      await delay(RETRY_MS, undefined, { signal: stopped }).catch(() => undefined);
    }
  }
}

/** While the broker is away time stands still: only stopping ends the wait then. */
async function take(consumer: Consumer, wanted: Pull, stopped: AbortSignal): Promise<readonly JsMsg[]> {
  const messages = await consumer.fetch(wanted);
  const end = (): void => messages.stop();
  stopped.addEventListener('abort', end, { once: true });
  const taken: JsMsg[] = [];
  try {
    for await (const message of messages) taken.push(message);
  } finally {
    stopped.removeEventListener('abort', end);
  }
  return taken;
}

async function settle(batch: readonly JsMsg[], handler: BatchHandler): Promise<void> {
  try {
    await handler(batch.map((message) => message.data));
    for (const message of batch) message.ack();
  } catch {
    for (const message of batch) message.nak(RETRY_MS);
  }
}
