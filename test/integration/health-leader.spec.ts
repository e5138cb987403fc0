import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ask, closeBus, connectBus, publishSignals, putRevision, subjects, watchStates, type Bus } from '#libs/bus';
import type { HealthCommand, TargetState } from '#libs/contracts';
import { revision } from '../../services/console/src/fleet/revision.fixture.js';
import { checkout } from '../../deploy/local/checkout.js';
import { startNats } from '../support/nats.js';
import type { TestServer } from '../support/server.js';
import { eventually } from './eventually.fixture.js';

const [primary, backup] = ['gpt-5@primary', 'gpt-5@backup'];

describe('several health services', () => {
  let nats: TestServer;
  let bus: Bus;
  let services: ChildProcess[];
  const states = new Map<string, TargetState>();

  beforeEach(async () => {
    states.clear();
    services = [];
    nats = await startNats();
    bus = await connectBus({ url: nats.url, name: 'dispatch-1' });
    await putRevision(bus, revision);
    await watchStates(bus, (state) => states.set(state.target, state));
  }, 30_000);
  afterEach(async () => {
    for (const child of services) child.kill('SIGKILL');
    await closeBus(bus);
    await nats.stop();
  }, 30_000);

  async function start(name: string): Promise<ChildProcess> {
    const env = { NATS_URL: nats.url, BREAKWATER_INSTANCE: name, BREAKWATER_LOG_LEVEL: 'silent' };
    const child = fork(join(checkout, 'dist/services/health/src/main.js'), { env, execArgv: [] });
    services.push(child);
    await once(child, 'message');
    return child;
  }

  function strike(target: string): void {
    const failure = { fault: 'provider_error', requestId: 'r' } as const;
    const signal = { dispatcher: 'dispatch-1', target, at: Date.now(), successes: 0, probe: false, failure };
    publishSignals(bus, [signal, signal, signal]);
  }

  const opened = (target: string): Promise<TargetState> =>
    eventually(`${target} open`, () => {
      strike(target);
      const state = states.get(target);
      return state?.phase === 'open' ? state : undefined;
    });

  const command = (what: HealthCommand['do'], target: string): Promise<TargetState> =>
    ask<TargetState>(bus, subjects.healthCommand, { do: what, target, actor: 'first' }, 5000);

  it('have one leader, and another within seconds where it is killed', async () => {
    const first = await start('health-1');
    await start('health-2');
    const before = await opened(primary);
    const drained = await command('drain', backup);
    expect(drained).toMatchObject({ phase: 'drained', reason: 'operator' });
    first.kill('SIGKILL');
    const killedAt = performance.now();
    const restored = await eventually('an answer of the new leader', () =>
      command('restore', backup).catch(() => undefined),
    );
    expect(performance.now() - killedAt).toBeLessThan(8000);
    // It goes on from what the first one knew.
    expect(restored).toMatchObject({ phase: 'closed' });
    expect(restored.version).toBeGreaterThan(drained.version);
    expect(states.get(primary)).toMatchObject({ phase: 'open', since: before.since });
    expect(await opened(backup)).toMatchObject({ phase: 'open', reason: 'provider_error' });
  }, 60_000);

  it('know after a restart of all of them what an operator had decided', async () => {
    const first = await start('health-1');
    await command('drain', primary);
    first.kill('SIGKILL');
    await once(first, 'exit');
    await start('health-1');
    // Under its old name it leads at once.
    expect(await command('drain', primary)).toMatchObject({ phase: 'drained', reason: 'operator' });
    strike(primary);
    expect(await command('restore', primary)).toMatchObject({ phase: 'closed' });
  }, 60_000);

  it('refuse what is no target', async () => {
    await start('health-1');
    await expect(command('drain', 'gone')).rejects.toMatchObject({ code: 'not_found' });
  }, 30_000);
});
