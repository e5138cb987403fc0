import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startFleet, type BroadcastFleet } from '../bench/broadcast-fleet.js';

/** Far above what it takes on a machine at rest (`npm run bench:health` measures that), far below any timer of ours. */
const BOUND_MS = 1000;
const INSTANCES = 12;

describe('news of a failing target', () => {
  let fleet: BroadcastFleet;

  beforeAll(async () => {
    fleet = await startFleet(INSTANCES, 2);
  }, 60_000);
  afterAll(() => fleet.stop(), 30_000);

  async function medians(name: string): Promise<readonly number[]> {
    const trials = [];
    for (let at = 0; at < 9; at += 1) {
      const failing = [at % INSTANCES, (at + 5) % INSTANCES, (at + 7) % INSTANCES] as const;
      trials.push(await fleet.trial(`${name}-${at}`, failing));
    }
    return [trials.map(({ doubtedMs }) => doubtedMs), trials.map(({ shutMs }) => shutMs)].map(
      (times) => times.toSorted((a, b) => a - b)[4] ?? Infinity,
    );
  }

  it('reaches every dispatcher at once, failing calls of different ones adding up', async () => {
    for (const median of await medians('told')) expect(median).toBeLessThan(BOUND_MS);
  }, 30_000);

  it('casts doubt without the health service', async () => {
    await fleet.killHealth();
    for (let at = 0; at < 5; at += 1) expect(await fleet.doubt(`alone-${at}`, at)).toBeLessThan(BOUND_MS);
  }, 30_000);
});
