import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '#libs/simulators';
import type { TargetHealth } from '../../services/console/src/fleet/target-health.js';
import { eventually } from './eventually.fixture.js';
import { ledgerRows } from './ledger-rows.fixture.js';
import { Load } from './load.fixture.js';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.fixture.js';

const primary = 'gpt@openai-primary';
/** Only what is broken on purpose is late. */
const patience = { firstToken: 1500, interToken: 5000, attempt: 2500, total: 10_000 };
const dispatchers = ['dispatch-1', 'dispatch-2', 'dispatch-3'];
/** From a dispatcher's strike, over the health service, to what the last dispatcher begins. */
const NEWS_MS = 100;

describe('a fleet of three dispatchers', () => {
  let world: RoutedGateway;
  let load: Load;

  beforeAll(async () => {
    world = await startRoutedGateway({
      dispatchers: dispatchers.length,
      routes: [{ id: 'gpt', tiers: [[primary], ['gpt@openai-backup']], deadlines: patience }],
      health: { consecutiveFailures: 3, openMs: 1500, maxOpenMs: 3000 },
      pace: { firstTokenMs: 5, tokenMs: 0 },
    });
  }, 60_000);
  afterAll(() => world.stop(), 30_000);
  beforeEach(() => {
    world.simulator.clearCalls();
    load = new Load(world.gateway, { callers: 6, routes: ['gpt'] });
  });
  afterEach(async () => {
    world.simulator.clearFaults();
    await load.stop();
  });

  const toPrimary = (): readonly CallRecord[] => world.simulator.calls({ channel: 'openai-primary' });
  const startedBetween = (from: number, to: number): readonly CallRecord[] =>
    toPrimary().filter(({ startedAt }) => startedAt >= from && startedAt < to);
  const state = async (wanted: (target: TargetHealth) => boolean): Promise<TargetHealth> =>
    eventually('a state of the target', async () => {
      const target = await world.operator.target(primary);
      return wanted(target) ? target : undefined;
    });
  const busy = (): Promise<true> =>
    eventually('every dispatcher at work', () => {
      const { attempts } = ledgerRows(world.gateway);
      return dispatchers.every((name) => attempts.some(({ dispatcher }) => dispatcher === name)) ? true : undefined;
    });

  it('leaves a failing target at once, probes it one at a time, and returns to it when it is mended', async () => {
    await busy();
    world.simulator.setFault({ channel: 'openai-primary', kind: 'overloaded' });
    const opened = await state(({ phase }) => phase === 'open');
    expect(opened).toMatchObject({ reason: 'overloaded', openings: 1 });
    // A probe that lasts: another one beside it would show.
    world.simulator.clearFaults();
    world.simulator.setFault({ channel: 'openai-primary', kind: 'hang' });
    const reopened = await state(({ openings }) => openings === 2);
    world.simulator.clearFaults();
    world.simulator.setFault({ channel: 'openai-primary', kind: 'server-error' });
    const stillOpen = await state(({ openings }) => openings === 3);
    world.simulator.clearFaults();
    const closed = await state(({ phase }) => phase === 'closed');
    const back = await world.simulator.waitForCall(
      ({ channel, startedAt, outcome }) =>
        channel === 'openai-primary' && startedAt > (closed.since ?? Infinity) && outcome === 'complete',
    );
    const outcomes = await load.stop();

    const until = (target: TargetHealth): number => target.until ?? 0;
    expect(startedBetween((opened.since ?? 0) + NEWS_MS, until(opened))).toEqual([]);
    const [first, second, third, ...more] = startedBetween(until(opened), closed.since ?? 0);
    expect(more).toEqual([]);
    expect(second?.startedAt).toBeGreaterThanOrEqual(until(reopened));
    expect(third?.startedAt).toBeGreaterThanOrEqual(until(stillOpen));
    expect([first, second, third].map((probe) => probe?.faults[0]?.kind)).toEqual(['hang', 'server-error', undefined]);
    expect(back.response.status).toBe(200);
    expect(outcomes.flatMap(({ status, error }) => (error === undefined ? [] : [{ status, error }]))).toEqual([]);
  }, 30_000);

  it('tells a dispatcher that starts later before its first call', async () => {
    await busy();
    world.simulator.setFault({ channel: 'openai-primary', kind: 'overloaded', retryAfterSeconds: 60 });
    const opened = await state(({ phase }) => phase === 'open');
    await world.gateway.kill('dispatch-2', 'SIGKILL');
    const restartedAt = Date.now();
    await world.gateway.restart('dispatch-2');
    await eventually('calls of the new dispatcher', () => {
      const { attempts } = ledgerRows(world.gateway, restartedAt);
      return attempts.filter(({ dispatcher }) => dispatcher === 'dispatch-2').length > 20 ? true : undefined;
    });
    expect(startedBetween((opened.since ?? 0) + NEWS_MS, Infinity)).toEqual([]);
  }, 30_000);
});
