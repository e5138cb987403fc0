import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TargetState } from '#libs/contracts';
import { Inbox, startBroker, type TestBroker } from './bus.fixture.js';
import type { Bus } from './connection.js';
import { announceState, storeState, watchStates } from './target-states.js';

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

describe('watchStates', () => {
  it('is ready at once where there is nothing yet, and hears what comes then', async () => {
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    expect(seen.items).toEqual([]);
    await storeState(writer, state('gpt-5@a'));
    expect(await seen.count(1)).toEqual([state('gpt-5@a')]);
  });

  it('has given every present state, the last of each target, when it is ready', async () => {
    const targets = Array.from({ length: 40 }, (_, n) => `gpt-5@channel-${n}`);
    for (const version of [1, 2, 3]) {
      await Promise.all(targets.map((target) => storeState(writer, state(target, version))));
    }
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    expect(new Set(seen.items.map((item) => item.target))).toEqual(new Set(targets));
    expect(seen.items.every((item) => item.version === 3)).toBe(true);
    expect(seen.items).toHaveLength(targets.length);
  });

  it('gives changes after the present states, in their order', async () => {
    await storeState(writer, state('a', 1));
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    for (const version of [2, 3, 4]) await storeState(writer, state('a', version));
    expect((await seen.count(4)).map((item) => item.version)).toEqual([1, 2, 3, 4]);
  });

  it('takes target ids as people write them', async () => {
    const ids = ['gpt-5@azure/eu', 'us.anthropic:v1:0', 'a b', 'ü*>.', '.', 'x'.repeat(200)];
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    for (const id of ids) await storeState(writer, state(id));
    expect((await seen.count(ids.length)).map((item) => item.target)).toEqual(ids);
  });

  it('serves several watchers, and one no more that has stopped', async () => {
    const [first, second] = [new Inbox<TargetState>(), new Inbox<TargetState>()];
    const watch = await watchStates(watcher, first.take);
    await watchStates(watcher, second.take);
    await storeState(writer, state('a', 1));
    await Promise.all([first.count(1), second.count(1)]);
    watch.stop();
    await storeState(writer, state('a', 2));
    await second.count(2);
    expect(first.items).toHaveLength(1);
  });

  it('knows after a restart of the broker what was stored, and hears what changes then', async () => {
    await storeState(writer, state('a', 1));
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    await broker.bounce();
    await storeState(writer, state('b', 1));
    await seen.until((items) => items.some((item) => item.target === 'b'));
    const late = new Inbox<TargetState>();
    await watchStates(await broker.connect(), late.take);
    expect(late.items.map((item) => item.target).sort()).toEqual(['a', 'b']);
  }, 30_000);

  it('hears a change that was told and never stored', async () => {
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    announceState(writer, state('a', 1));
    expect(await seen.count(1)).toEqual([state('a', 1)]);
  });

  it('gives no state after a newer one of its target, however they come', async () => {
    const seen = new Inbox<TargetState>();
    await watchStates(watcher, seen.take);
    announceState(writer, state('a', 3));
    await storeState(writer, state('a', 2));
    await storeState(writer, state('b', 1));
    await storeState(writer, state('a', 4));
    const items = await seen.until((given) => given.some(({ target, version }) => target === 'a' && version === 4));
    // What is stored comes a second time, and later.
    await watcher.nats.flush();
    expect(items.map(({ target, version }) => `${target}${version}`)).toEqual(['a3', 'b1', 'a4']);
  });
});
