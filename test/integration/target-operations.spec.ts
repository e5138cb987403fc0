import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '#libs/simulators';
import { summaryJson } from '../../services/health/src/domain/status-page.fixture.js';
import type { TargetHealth } from '../../services/console/src/fleet/target-health.js';
import { eventually } from './eventually.fixture.js';
import { ledgerRows } from './ledger-rows.fixture.js';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.fixture.js';

const primary = 'gpt@openai-primary';
const patience = { firstToken: 3000, interToken: 3000, attempt: 6000, total: 10_000 };

describe('targets that are probed, watched and taken out by hand', () => {
  let page: Server;
  let indicator = 'none';
  let world: RoutedGateway;

  beforeAll(async () => {
    page = createServer((_request, response) => response.end(summaryJson([], indicator, `it is ${indicator}`)));
    await once(page.listen(0, '127.0.0.1'), 'listening');
    const address = page.address();
    world = await startRoutedGateway({
      dispatchers: 2,
      routes: [{ id: 'gpt', tiers: [[primary], ['gpt@openai-backup']], deadlines: patience }],
      health: { openMs: 200, maxOpenMs: 400, probeOpenMs: 100, rampStepMs: 0, statusPageMs: 1000 },
      statusPages: {
        'openai-primary': `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
      },
      pace: { firstTokenMs: 5, tokenMs: 0 },
    });
  }, 60_000);
  afterAll(async () => {
    await world.stop();
    page.close();
  }, 30_000);
  beforeEach(() => world.simulator.clearCalls());
  afterEach(async () => {
    indicator = 'none';
    world.simulator.clearFaults();
    await state(({ phase, outage }) => phase === 'closed' && outage === null);
  }, 30_000);

  const toPrimary = (): readonly CallRecord[] => world.simulator.calls({ channel: 'openai-primary' });
  const state = (wanted: (target: TargetHealth) => boolean): Promise<TargetHealth> =>
    eventually('a state of the target', async () => {
      const target = await world.operator.target(primary);
      return wanted(target) ? target : undefined;
    });

  /** One call, and the channel that answered it. */
  async function call(): Promise<string | null> {
    const response = await fetch(`${world.gateway.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${world.gateway.key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'Hello' }] }),
    });
    await response.text();
    expect(response.status).toBe(200);
    return response.headers.get('x-breakwater-channel');
  }

  async function command(what: 'drain' | 'restore', reason: string): Promise<unknown> {
    const path = `/targets/${encodeURIComponent(primary)}/${what}?reason=${encodeURIComponent(reason)}`;
    const headers = { authorization: `Bearer ${world.gateway.key}` };
    const response = await fetch(world.gateway.consoleUrl + path, { method: 'POST', headers });
    return response.json();
  }

  async function history(): Promise<unknown> {
    const path = `/health/history?target=${encodeURIComponent(primary)}&limit=2`;
    const headers = { authorization: `Bearer ${world.gateway.key}` };
    return (await fetch(world.gateway.consoleUrl + path, { headers })).json();
  }

  it('brings a mended target back without any call of an agent', async () => {
    world.simulator.setFault({ channel: 'openai-primary', kind: 'server-error' });
    await eventually('the target open', async () => {
      await call();
      return (await world.operator.target(primary)).phase === 'open' ? true : undefined;
    });
    const mendedAt = Date.now();
    world.simulator.clearFaults();
    await state(({ phase }) => phase === 'closed');
    const probe = toPrimary().findLast(({ response }) => response.status === 200);
    expect(JSON.parse(String(probe?.request.body))).toMatchObject({ stream: true, max_completion_tokens: 16 });
    const row = await eventually('the probe in the ledger', () =>
      ledgerRows(world.gateway, mendedAt - 1000).attempts.find(
        ({ purpose, outcome }) => purpose === 'probe' && outcome === 'ok',
      ),
    );
    expect(row).toMatchObject({
      tenant: 'breakwater',
      team: 'health',
      agent: 'prober',
      key: 'prober',
      target: primary,
    });
  }, 30_000);

  it('takes a target out by hand, lets its calls finish, and remembers through restarts', async () => {
    expect(await call()).toBe('openai-primary');
    world.simulator.setFault({ channel: 'openai-primary', kind: 'latency', delayMs: 1000 });
    const underWay = call();
    await world.simulator.waitForCall(
      ({ channel, outcome }) => channel === 'openai-primary' && outcome === 'in-flight',
    );
    expect(await command('drain', 'invoice unpaid')).toMatchObject({ id: primary, drained: true, share: 0 });
    expect(await underWay).toBe('openai-primary');
    world.simulator.clearFaults();
    world.simulator.clearCalls();
    for (let at = 0; at < 6; at += 1) expect(await call()).toBe('openai-backup');
    for (const name of ['health', 'dispatch-1', 'dispatch-2']) await world.gateway.kill(name, 'SIGKILL');
    for (const name of ['health', 'dispatch-1', 'dispatch-2']) await world.gateway.restart(name);
    for (let at = 0; at < 6; at += 1) expect(await call()).toBe('openai-backup');
    expect(toPrimary()).toEqual([]);
    expect(await command('restore', 'paid')).toMatchObject({ phase: 'closed', drained: false });
    await eventually('calls to the restored target', async () =>
      (await call()) === 'openai-primary' ? true : undefined,
    );
    const told = await eventually('both changes in the history', async () => {
      const answer = await history();
      return JSON.stringify(answer).includes('"paid"') ? answer : undefined;
    });
    expect(told).toMatchObject({
      changes: [
        { fromPhase: 'drained', toPhase: 'closed', actor: 'first', note: 'paid' },
        { fromPhase: 'closed', toPhase: 'drained', reason: 'operator', actor: 'first', note: 'invoice unpaid' },
      ],
    });
  }, 60_000);

  it("asks a target itself when its vendor's page reports an outage, and then believes the first strike", async () => {
    indicator = 'major';
    const told = await state(({ outage }) => outage !== null);
    expect(told).toMatchObject({ phase: 'closed', outage: { description: 'it is major' } });
    await world.simulator.waitForCall(({ channel, outcome }) => channel === 'openai-primary' && outcome === 'complete');
    // The page alone takes nothing out.
    expect(await call()).toBe('openai-primary');
    expect(await world.operator.target(primary)).toMatchObject({ phase: 'closed' });
    world.simulator.setFault({ channel: 'openai-primary', kind: 'server-error' });
    expect(await call()).toBe('openai-backup');
    expect(await state(({ phase }) => phase === 'open')).toMatchObject({
      reason: 'provider_error',
      outage: { description: 'it is major' },
    });
  }, 30_000);
});
