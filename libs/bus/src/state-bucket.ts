import { Kvm, type KV, type KvWatchEntry } from '@nats-io/kv';
import type { Revision, TargetState } from '#libs/contracts';
import type { Bus } from './connection.js';
import { decodeJson, encodeJson } from './json.js';

/** Last values that every process must know before it works, and hear of at once when they change. */
const buckets = { configuration: 'bw-configuration', targets: 'bw-targets' } as const;

const opened = new WeakMap<Bus, Map<string, Promise<KV>>>();

/** Opens a bucket once a connection: opening asks the broker, and a health change must not wait for that. */
function bucket(bus: Bus, name: string): Promise<KV> {
  const known = opened.get(bus) ?? new Map<string, Promise<KV>>();
  opened.set(bus, known);
  const kv = known.get(name) ?? new Kvm(bus.nats).create(name, { history: 16 });
  known.set(name, kv);
  // A broker that was away for a moment must not stay away for ever.
  kv.catch(() => known.delete(name));
  return kv;
}

// Ids may hold characters that a key must not.
const keyOf = (id: string): string => Buffer.from(id).toString('base64url');

/** Stores and announces a target's state. Resolves when the broker has it. */
export async function putTargetState(bus: Bus, state: TargetState): Promise<void> {
  await (await bucket(bus, buckets.targets)).put(keyOf(state.target), encodeJson(state));
}

/** Calls back with every state there is, then with each change. Resolves once the present states were given. */
export async function watchStates(bus: Bus, onState: (state: TargetState) => void): Promise<Watch> {
  const kv = await bucket(bus, buckets.targets);
  return follow(kv, (entry) => onState(decodeJson<TargetState>(entry.value)));
}

const CURRENT = 'current';

/** Stores and announces a revision. */
export async function putRevision(bus: Bus, revision: Revision): Promise<void> {
  await (await bucket(bus, buckets.configuration)).put(CURRENT, encodeJson(revision));
}

export async function storedRevision(bus: Bus): Promise<Revision | undefined> {
  const entry = await (await bucket(bus, buckets.configuration)).get(CURRENT);
  return entry?.operation === 'PUT' ? decodeJson<Revision>(entry.value) : undefined;
}

/** Calls back with each revision as it becomes current. Resolves once the first was given. */
export async function watchRevision(bus: Bus, onRevision: (revision: Revision) => void): Promise<Watch> {
  const kv = await bucket(bus, buckets.configuration);
  const first = Promise.withResolvers<void>();
  const watch = await follow(kv, (entry) => {
    onRevision(decodeJson<Revision>(entry.value));
    first.resolve();
  });
  await first.promise;
  return watch;
}

export interface Watch {
  stop(): void;
}

/** Resolves when all present values were delivered; the client marks the last of them, and an empty bucket has none. */
async function follow(kv: KV, onEntry: (entry: KvWatchEntry) => void): Promise<Watch> {
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
