import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultHealthPolicy, type Revision } from '#libs/contracts';
import { Inbox, reconnected, startBroker, type TestBroker } from './bus.fixture.js';
import type { Bus } from './connection.js';
import { putRevision, storedRevision, watchRevision } from './revisions.js';

let broker: TestBroker;
let writer: Bus;
let watcher: Bus;
beforeEach(async () => {
  broker = await startBroker();
  [writer, watcher] = await Promise.all([broker.connect('writer'), broker.connect('watcher')]);
});
afterEach(() => broker.stop());

const revision = (number: number): Revision => ({
  number,
  digest: `digest-${number}`,
  channels: [],
  models: [],
  targets: [],
  routes: [],
  keys: [],
  health: defaultHealthPolicy,
  extraParameters: [],
});

describe('watchRevision', () => {
  it('waits for the first revision, however late', async () => {
    const seen = new Inbox<Revision>();
    let ready = false;
    const watching = watchRevision(watcher, seen.take).then(() => (ready = true));
    expect(await storedRevision(writer)).toBeUndefined();
    await watcher.nats.flush();
    expect(ready).toBe(false);
    await putRevision(writer, revision(1));
    await watching;
    expect(seen.items).toEqual([revision(1)]);
  });

  it('has given the current revision when it is ready, and gives each after it', async () => {
    for (const number of [1, 2, 3]) await putRevision(writer, revision(number));
    const seen = new Inbox<Revision>();
    await watchRevision(watcher, seen.take);
    expect(seen.items.map((item) => item.number)).toEqual([3]);
    await putRevision(writer, revision(4));
    expect((await seen.count(2)).map((item) => item.number)).toEqual([3, 4]);
    expect(await storedRevision(watcher)).toEqual(revision(4));
  });
});

describe('a broker that was away', () => {
  it('is asked again', async () => {
    await broker.crash();
    await expect(storedRevision(watcher)).rejects.toBeInstanceOf(Error);
    const back = reconnected(watcher);
    await broker.restart();
    await back;
    expect(await storedRevision(watcher)).toBeUndefined();
  }, 30_000);
});
