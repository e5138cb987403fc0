import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/**
 * What `look` finds, as soon as it finds something: for what comes by itself and announces nothing.
 * @throws after `withinMs`, naming what was awaited
 */
export async function eventually<Found>(
  awaited: string,
  look: () => Promise<Found | undefined> | Found | undefined,
  withinMs = 10_000,
): Promise<Found> {
  const latest = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > latest) throw new Error(`not within ${withinMs} ms: ${awaited}`);
    await delay(LOOK_EVERY_MS);
  }
}
