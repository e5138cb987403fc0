import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultHealthPolicy, type Revision, type TargetState } from '#libs/contracts';
import { Inbox, reconnected, startBroker, type TestBroker } from './bus.fixture.js';
import type { Bus } from './connection.js';
import { putRevision, putTargetState, storedRevision, watchRevision, watchStates } from './state-bucket.js';

let broker: TestBroker;
let writer: Bus;
let watcher: Bus;
beforeEach(async () => {
  broker = await startBroker();
  [writer, watcher] = await Promise.all([broker.connect('writer'), broker.connect('watcher')]);
});
afterEach(() => broker.stop());

const state = (target: string, version = 1): TargetState => ({
  target,
  phase: 'open',
  since: 1,
  until: 2,
  openings: 1,
  reason: 'hang',
  rampFrom: 0,
  share: 1,
  gates: {},
  evidence: [],
  version,
});

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

describe('watchStates', () => {
  it('is ready at once where there is nothing yet, and hears what comes then', async () => {
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    expect(seen.items).toEqual([]);
    await putTargetState(writer, state('gpt-5@a'));
    expect(await seen.count(1)).toEqual([state('gpt-5@a')]);
  });

  it('has given every present state, the last of each target, when it is ready', async () => {
    const targets = Array.from({ length: 40 }, (_, n) => `gpt-5@channel-${n}`);
    for (const version of [1, 2, 3]) {
      await Promise.all(targets.map((target) => putTargetState(writer, state(target, version))));
    }
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    expect(new Set(seen.items.map((item) => item.target))).toEqual(new Set(targets));
    expect(seen.items.every((item) => item.version === 3)).toBe(true);
    expect(seen.items).toHaveLength(targets.length);
  });

  it('gives changes after the present states, in their order', async () => {
    await putTargetState(writer, state('a', 1));
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    for (const version of [2, 3, 4]) await putTargetState(writer, state('a', version));
    expect((await seen.count(4)).map((item) => item.version)).toEqual([1, 2, 3, 4]);
  });

  it('takes target ids as people write them', async () => {
    const ids = ['gpt-5@azure/eu', 'us.anthropic:v1:0', 'a b', 'ü*>.', '.', 'x'.repeat(200)];
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    for (const id of ids) await putTargetState(writer, state(id));
    expect((await seen.count(ids.length)).map((item) => item.target)).toEqual(ids);
  });

  it('serves several watchers, and one no more that has stopped', async () => {
    const [first, second] = [new Inbox<TargetState>(), new Inbox<TargetState>()];
    const watch = await watchStates(watcher, first.take);
    await watchStates(watcher, second.take);
    await putTargetState(writer, state('a', 1));
    await Promise.all([first.count(1), second.count(1)]);
    watch.stop();
    await putTargetState(writer, state('a', 2));
    await second.count(2);
    expect(first.items).toHaveLength(1);
  });

  it('knows after a restart of the broker what was stored, and hears what changes then', async () => {
    await putTargetState(writer, state('a', 1));
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    await broker.bounce();
    await putTargetState(writer, state('b', 1));
    await seen.until((items) => items.some((item) => item.target === 'b'));
    const late = new Inbox<TargetState>();
    await watchStates(await broker.connect(), late.take);
    expect(late.items.map((item) => item.target).sort()).toEqual(['a', 'b']);
  }, 30_000);
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
