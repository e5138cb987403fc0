import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { HealthSignal } from '#libs/contracts';
import { Inbox, startBroker, type TestBroker } from './bus.fixture.js';
import { listenFailures, listenSignals, publishSignals } from './health-signals.js';

let broker: TestBroker;
beforeEach(async () => (broker = await startBroker()));
afterEach(() => broker.stop());

const success = (dispatcher: string, at: number): HealthSignal => {
  return { dispatcher, target: 'gpt-5@a', at, successes: 1, probe: false };
};
const failure = (dispatcher: string, at: number): HealthSignal => {
  return { ...success(dispatcher, at), successes: 0, failure: { fault: 'hang', requestId: 'r' } };
};

describe('publishSignals', () => {
  it('gives health everything in the order in which it was seen', async () => {
    const [dispatcher, health] = await Promise.all([broker.connect('d1'), broker.connect('health')]);
    const heard = new Inbox<HealthSignal>();
    listenSignals(health, heard.take);
    await health.nats.flush();
    const seen = [success('d1', 1), failure('d1', 2), failure('d1', 3), success('d1', 4), failure('d1', 5)];
    publishSignals(dispatcher, seen);
    publishSignals(dispatcher, []);
    expect(await heard.count(seen.length)).toEqual(seen);
  });

  it('gives every other dispatcher the failures, and none its own', async () => {
    const names = ['d1', 'd2', 'd3'];
    const buses = await Promise.all(names.map((name) => broker.connect(name)));
    const inboxes = buses.map((bus) => {
      const inbox = new Inbox<HealthSignal>();
      listenFailures(bus, inbox.take);
      return inbox;
    });
    await Promise.all(buses.map((bus) => bus.nats.flush()));
    buses.forEach((bus, at) => publishSignals(bus, [success(bus.name, at), failure(bus.name, at)]));
    for (const [at, inbox] of inboxes.entries()) {
      const heard = await inbox.count(2);
      const others = names.filter((name) => name !== names[at]);
      expect(heard.map(({ dispatcher, failure: failed }) => `${dispatcher} ${failed?.fault}`).toSorted()).toEqual(
        others.map((name) => `${name} hang`),
      );
    }
  });

  it('is heard no more by who has stopped', async () => {
    const [dispatcher, health] = await Promise.all([broker.connect('d1'), broker.connect('health')]);
    const [left, stays] = [new Inbox<HealthSignal>(), new Inbox<HealthSignal>()];
    const watch = listenSignals(health, left.take);
    listenSignals(health, stays.take);
    await health.nats.flush();
    watch.stop();
    publishSignals(dispatcher, [success('d1', 1), failure('d1', 2)]);
    await stays.count(2);
    expect(left.items).toEqual([]);
  });
});
