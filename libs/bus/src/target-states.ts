import type { TargetState } from '#libs/contracts';
import type { Bus } from './connection.js';
import { decodeJson, encodeJson } from './json.js';
import { listen, tell } from './request.js';
import { bucket, buckets, follow, type Watch } from './state-bucket.js';
import { subjects } from './subjects.js';

// Ids may hold characters that a key must not.
const keyOf = (id: string): string => Buffer.from(id).toString('base64url');

/** Tells everybody a target's state at once; who is not there hears nothing of it until it is stored. */
export function announceState(bus: Bus, state: TargetState): void {
  tell(bus, subjects.healthStates, state);
}

/** Stores a target's state for who comes later, and who missed the telling. Resolves when the broker has it. */
export async function storeState(bus: Bus, state: TargetState): Promise<void> {
  await (await bucket(bus, buckets.targets)).put(keyOf(state.target), encodeJson(state));
}

/**
 * Calls back with every state there is, then with each change: as it is told, or as it was stored where the telling was
 * missed. A state never follows a newer one of its target. Resolves once the present states were given.
 */
export async function watchStates(bus: Bus, onState: (state: TargetState) => void): Promise<Watch> {
  const versions = new Map<string, number>();
  const take = (state: TargetState): void => {
    if (state.version <= (versions.get(state.target) ?? -1)) return;
    versions.set(state.target, state.version);
    onState(state);
  };
  // Heard before what is stored is read: no change falls between the two.
  const told = listen<TargetState>(bus, subjects.healthStates, take);
  const stored = await follow(await bucket(bus, buckets.targets), (entry) => take(decodeJson(entry.value)));
  return {
    stop: () => {
      told.unsubscribe();
      stored.stop();
    },
  };
}
