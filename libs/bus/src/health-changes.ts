import type { HealthChange } from '#libs/contracts';
import type { Bus } from './connection.js';
import { encodeJson } from './json.js';
import { jetStreamOf } from './streams.js';
import { subjects } from './subjects.js';

/** Hands a change on to the history. Resolves when the broker has it; once, however often it is published. */
export async function publishHealthChange(bus: Bus, change: HealthChange): Promise<void> {
  const { target, version } = change.state;
  await jetStreamOf(bus).publish(subjects.healthChanges, encodeJson(change), { msgID: `${target}:${version}` });
}
