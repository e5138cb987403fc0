import { jetstreamManager } from '@nats-io/jetstream';
import type { Bus } from './connection.js';
import { decodeJson, encodeJson } from './json.js';
import { consumers, jetStreamOf, streams } from './streams.js';
import { subjects } from './subjects.js';

interface DeadLetter {
  /** The durable name of the consumer that could not take it. */
  readonly source: string;
  readonly reason: string;
  /** In base64. */
  readonly payload: string;
}

/** What a replay did with the letters that were there when it began. */
export interface Replay {
  readonly replayed: number;
  /** Of a consumer that is not known here: they stay. */
  readonly left: number;
}

/** Keeps what a consumer could not take, with where it came from and why, so that the stream behind it moves on. */
export async function publishDeadLetter(bus: Bus, source: string, payload: Uint8Array, reason: string): Promise<void> {
  const letter: DeadLetter = { source, reason, payload: Buffer.from(payload).toString('base64') };
  await jetStreamOf(bus).publish(subjects.deadLetter, encodeJson(letter));
}

/** Gives every dead letter to its consumer once more: one that is still refused comes back as a new letter. */
export async function replayDeadLetters(bus: Bus): Promise<Replay> {
  const manager = await jetstreamManager(bus.nats);
  const { name } = streams.deadLetters;
  const { state } = await manager.streams.info(name);
  const done = { replayed: 0, left: 0 };
  for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
    const stored = await manager.streams.getMessage(name, { seq }).catch(() => null);
    if (!stored) continue;
    const { source, payload } = decodeJson<DeadLetter>(stored.data);
    if (source !== consumers.ledger.durable) {
      done.left += 1;
      continue;
    }
    // The ledger knows a record again: one that is published and not yet removed here may come twice.
    await jetStreamOf(bus).publish(subjects.ledger, Buffer.from(payload, 'base64'), {
      expect: { streamName: streams.ledger.name },
    });
    await manager.streams.deleteMessage(name, seq);
    done.replayed += 1;
  }
  return done;
}
