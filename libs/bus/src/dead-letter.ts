import type { Bus } from './connection.js';
import { encodeJson } from './json.js';
import { jetStreamOf } from './streams.js';
import { subjects } from './subjects.js';

/** Keeps what a consumer could not take, with where it came from and why, so that the stream behind it moves on. */
export async function publishDeadLetter(bus: Bus, source: string, payload: Uint8Array, reason: string): Promise<void> {
  const letter = { source, reason, payload: Buffer.from(payload).toString('base64') };
  await jetStreamOf(bus).publish(subjects.deadLetter, encodeJson(letter));
}
