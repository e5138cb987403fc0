import {
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  AckPolicy,
  DiscardPolicy,
} from '@nats-io/jetstream';
import type { JetStreamClient, JetStreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import type { Bus } from './connection.js';
import { subjects } from './subjects.js';

const minutes = 60_000;

/** The streams, declared once and created at start by whoever comes first. */
export const streams = {
  /** Refuses when full rather than forgetting money. */
  ledger: {
    name: 'BW_LEDGER',
    subjects: [subjects.ledger],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.New,
    max_bytes: 4 * 1024 ** 3,
    duplicate_window: nanos(10 * minutes),
  },
  /** The ledger keeps the history; this only carries it there. */
  healthChanges: {
    name: 'BW_HEALTH_CHANGES',
    subjects: [subjects.healthChanges],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_bytes: 256 * 1024 ** 2,
    duplicate_window: nanos(10 * minutes),
  },
  deadLetters: {
    name: 'BW_DEAD_LETTERS',
    subjects: [subjects.deadLetter],
    retention: RetentionPolicy.Limits,
    discard: DiscardPolicy.Old,
    max_bytes: 512 * 1024 ** 2,
    duplicate_window: nanos(2 * minutes),
  },
} as const;

export interface ConsumerSpec {
  readonly stream: keyof typeof streams;
  readonly durable: string;
  /** Messages waiting for their ack at the most. */
  readonly maxPending: number;
}

export const consumers = {
  ledger: { stream: 'ledger', durable: 'metering', maxPending: 512 },
  healthChanges: { stream: 'healthChanges', durable: 'metering-health', maxPending: 512 },
} as const satisfies Record<string, ConsumerSpec>;

/** Creates what is missing; a stream that exists is brought to the declared settings. */
export async function declareStreams(bus: Bus, replicas = 1): Promise<void> {
  const manager = await jetstreamManager(bus.nats);
  for (const stream of Object.values(streams)) {
    const config = { ...stream, subjects: [...stream.subjects], storage: StorageType.File, num_replicas: replicas };
    await manager.streams.add(config).catch(() => manager.streams.update(stream.name, config));
  }
}

export async function declareConsumer(bus: Bus, spec: ConsumerSpec): Promise<JetStreamManager> {
  const manager = await jetstreamManager(bus.nats);
  await manager.consumers.add(streams[spec.stream].name, {
    durable_name: spec.durable,
    ack_policy: AckPolicy.Explicit,
    // Much longer than a batch takes, yet soon enough after a consumer died with one.
    ack_wait: nanos(10_000),
    max_ack_pending: spec.maxPending,
  });
  return manager;
}

export function jetStreamOf(bus: Bus): JetStreamClient {
  return jetstream(bus.nats, { timeout: 5000 });
}
