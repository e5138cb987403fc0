import type { Revision } from '#libs/contracts';
import type { Bus } from './connection.js';
import { decodeJson, encodeJson } from './json.js';
import { bucket, buckets, follow, type Watch } from './state-bucket.js';

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
