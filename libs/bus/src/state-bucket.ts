import { Kvm, type KV, type KvWatchEntry } from '@nats-io/kv';
import type { Bus } from './connection.js';

/** Last values that every process must know before it works, and hear of at once when they change. */
export const buckets = { configuration: 'bw-configuration', targets: 'bw-targets' } as const;

const opened = new WeakMap<Bus, Map<string, Promise<KV>>>();

/** Opens a bucket once a connection: opening asks the broker, and a health change must not wait for that. */
export function bucket(bus: Bus, name: string): Promise<KV> {
  const known = opened.get(bus) ?? new Map<string, Promise<KV>>();
  opened.set(bus, known);
  const kv = known.get(name) ?? new Kvm(bus.nats).create(name, { history: 16 });
  known.set(name, kv);
  // A broker that was away for a moment must not stay away for ever.
  kv.catch(() => known.delete(name));
  return kv;
}

export interface Watch {
  stop(): void;
}

/** Resolves when all present values were delivered; the client marks the last of them, and an empty bucket has none. */
export async function follow(kv: KV, onEntry: (entry: KvWatchEntry) => void): Promise<Watch> {
  const present = await kv.status();
  const loaded = Promise.withResolvers<void>();
  if (present.values === 0) loaded.resolve();
  const entries = await kv.watch();
  void (async () => {
    for await (const entry of entries) {
      if (entry.operation === 'PUT') onEntry(entry);
      if (entry.isUpdate) loaded.resolve();
    }
  })();
  await loaded.promise;
  return { stop: () => entries.stop() };
}
