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

const BATCH = 256;
const RETRY_MS = 1000;

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
  while (!stopped.aborted) {
    try {
      const batch = await nextBatch(consumer, stopped);
      if (batch.length > 0) await settle(batch, handler);
    } catch {
      // The broker is away: the client reconnects by itself, and what was not acked comes again.
      await delay(RETRY_MS, undefined, { signal: stopped }).catch(() => undefined);
    }
  }
}

/** Waits for a first message, then takes what else is there. */
async function nextBatch(consumer: Consumer, stopped: AbortSignal): Promise<readonly JsMsg[]> {
  const first = await consumer.next({ expires: 1000 });
  if (first === null || stopped.aborted) {
    first?.nak();
    return [];
  }
  const waiting = Math.min(first.info.pending, BATCH - 1);
  if (waiting === 0) return [first];
  const batch = [first];
  for await (const message of await consumer.fetch({ max_messages: waiting, expires: 1000 })) batch.push(message);
  return batch;
}

async function settle(batch: readonly JsMsg[], handler: BatchHandler): Promise<void> {
  try {
    await handler(batch.map((message) => message.data));
    for (const message of batch) message.ack();
  } catch {
    for (const message of batch) message.nak(RETRY_MS);
  }
}
