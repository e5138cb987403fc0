import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Inbox, startBroker, type TestBroker } from './bus.fixture.js';
import { contend, type Lease } from './lease.js';

const TTL_MS = 600;

let broker: TestBroker;
let leases: Lease[];
beforeEach(async () => {
  broker = await startBroker();
  leases = [];
});
afterEach(async () => {
  await Promise.all(leases.map((lease) => lease.release()));
  await broker.stop();
});

interface Wanting {
  readonly lease: Lease;
  readonly changes: Inbox<boolean>;
  /** As if the process were killed. */
  die(): Promise<void>;
}

async function want(holder: string): Promise<Wanting> {
  const bus = await broker.connect(holder);
  const changes = new Inbox<boolean>();
  const lease = await contend(bus, { name: 'leader', holder, ttlMs: TTL_MS, onChange: changes.take });
  leases.push(lease);
  return { lease, changes, die: () => bus.nats.close() };
}

describe('a lease', () => {
  it('has one holder, who keeps it', async () => {
    const first = await want('a');
    expect(first.lease.held).toBe(true);
    const others = await Promise.all(['b', 'c'].map(want));
    // Long enough to have been lost, were it not renewed.
    await new Promise((resolve) => setTimeout(resolve, 2 * TTL_MS));
    expect([first, ...others].map(({ lease }) => lease.held)).toEqual([true, false, false]);
    expect(first.changes.items).toEqual([true]);
    expect(others.map(({ changes }) => changes.items)).toEqual([[], []]);
  });

  it('goes to exactly one of those who come at once', async () => {
    const all = await Promise.all(['a', 'b', 'c', 'd', 'e'].map(want));
    expect(all.filter(({ lease }) => lease.held)).toHaveLength(1);
  });

  it('passes at once when it is given back', async () => {
    const first = await want('a');
    const second = await want('b');
    const started = performance.now();
    await first.lease.release();
    expect(first.lease.held).toBe(false);
    await second.changes.count(1);
    expect(second.lease.held).toBe(true);
    expect(performance.now() - started).toBeLessThan(TTL_MS);
  });

  it('passes when its holder dies, who knows that it has it no more', async () => {
    const first = await want('a');
    const second = await want('b');
    await first.die();
    await second.changes.count(1);
    expect([first.lease.held, second.lease.held]).toEqual([false, true]);
  });

  it('is there at once for a holder that starts again', async () => {
    const first = await want('a');
    await first.die();
    expect((await want('a')).lease.held).toBe(true);
  });

  it('is had by one again after the broker lost it', async () => {
    const both = await Promise.all(['a', 'b'].map(want));
    await broker.bounce();
    await Promise.race(both.map(({ changes }) => changes.until((items) => items.at(-1) === true)));
    const held = () => both.filter(({ lease }) => lease.held);
    while (held().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(held()).toHaveLength(1);
  }, 30_000);
});
