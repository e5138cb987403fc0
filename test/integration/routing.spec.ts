import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallRecord, FaultDefinition } from '#libs/simulators';
import { startRoutedGateway, versionOf, type RoutedGateway, type TestRoute } from './routed-gateway.fixture.js';
import { callBySdk, type SdkOutcome } from './sdk-caller.fixture.js';

const pinnedOnly = (id: string, conduct?: TestRoute['conduct']): TestRoute => ({
  id,
  tiers: [[`${id}@openai-primary`]],
  ...(conduct ? { conduct } : {}),
});
const withFallback = (id: string, conduct?: TestRoute['conduct']): TestRoute => ({
  ...pinnedOnly(id, conduct),
  tiers: [[`${id}@openai-primary`], [`${id}-other@anthropic-primary`]],
});
const twoChannels = (id: string, conduct?: TestRoute['conduct']): TestRoute => ({
  ...pinnedOnly(id, conduct),
  tiers: [[`${id}@openai-primary`, `${id}@openai-backup`]],
});

const routes: readonly TestRoute[] = [
  withFallback('again'),
  withFallback('once', { retries: 0 }),
  pinnedOnly('lone'),
  withFallback('patient', { patience: 3000 }),
  withFallback('hurried', { patience: 200 }),
  withFallback('strict'),
  withFallback('lenient', { fallbackOn: ['client_error'] }),
  twoChannels('cheap', { strategy: 'lowest_cost' }),
  twoChannels('quick', { strategy: 'lowest_latency' }),
  twoChannels('listed', { strategy: 'priority' }),
  twoChannels('kept', { sticky: true }),
  twoChannels('narrow', { strategy: 'priority' }),
  {
    id: 'hedged',
    tiers: [['hedged@openai-primary'], ['hedged@openai-backup']],
    conduct: { hedge: 0.5 },
    deadlines: { firstToken: 5000, attempt: 5000 },
  },
];

describe('how a route is carried', () => {
  let world: RoutedGateway;
  let strikes = 0;

  beforeAll(async () => {
    world = await startRoutedGateway({
      routes,
      targets: {
        'cheap@openai-primary': { price: { input: 90_000_000, output: 90_000_000, cacheRead: 0, cacheWrite: 0 } },
        'narrow@openai-primary': { limits: { concurrency: 1 } },
      },
      pace: { firstTokenMs: 1, tokenMs: 0 },
    });
  }, 60_000);
  afterEach(() => world.simulator.clearFaults());
  afterAll(() => world.stop(), 30_000);

  const call = (route: string, stream = true, more: object = {}): Promise<SdkOutcome> =>
    callBySdk(world.gateway, { surface: 'openai-chat', route, stream, ...more });
  const atProvider = (model: string): readonly CallRecord[] =>
    world.simulator.calls().filter((record) => record.model === versionOf(model));
  const channelsOf = (model: string): readonly string[] => atProvider(model).map(({ channel }) => channel);
  const attempts = ({ headers }: SdkOutcome): string | null => headers.get('x-breakwater-attempts');
  const served = ({ headers }: SdkOutcome): string | null => headers.get('x-breakwater-channel');

  /** Strikes the next call of the model, and no further one. */
  async function strikeOnce(model: string, fault: Omit<FaultDefinition, 'channel' | 'model'>): Promise<void> {
    const id = `once-${model}-${String((strikes += 1))}`;
    world.simulator.setFault({ ...fault, id, channel: 'openai-primary', model: versionOf(model) });
    await world.simulator.waitForCall(({ faults }) => faults.some((met) => met.id === id));
    world.simulator.clearFaults();
  }

  it.each([true, false])('tries the pinned model once more before another answers (stream: %s)', async (stream) => {
    const struck = strikeOnce('again', { kind: 'server-error' });
    const outcome = await call('again', stream);
    await struck;
    expect([attempts(outcome), served(outcome)]).toEqual(['2', 'openai-primary']);
    expect(outcome.headers.get('x-breakwater-substitution')).toBe('none');
    const [first, second] = atProvider('again').slice(-2);
    expect((second?.startedAt ?? 0) - (first?.finishedAt ?? 0)).toBeGreaterThanOrEqual(20);
  });

  it('does not where the route wants none, nor after a silence', async () => {
    world.simulator.setFault({ channel: 'openai-primary', model: versionOf('once'), kind: 'server-error' });
    expect(served(await call('once'))).toBe('anthropic-primary');
    world.simulator.setFault({ channel: 'openai-primary', model: versionOf('again'), kind: 'hang' });
    expect(served(await call('again'))).toBe('anthropic-primary');
  });

  it('tries a lone target again, and then says what it did', async () => {
    world.simulator.setFault({ channel: 'openai-primary', model: versionOf('lone'), kind: 'server-error' });
    const outcome = await call('lone');
    expect([outcome.status, attempts(outcome)]).toEqual([503, '2']);
    expect(outcome.headers.get('retry-after')).not.toBeNull();
  });

  it('honours a Retry-After for as long as the route is patient', async () => {
    const struck = strikeOnce('patient', { kind: 'rate-limit', retryAfterSeconds: 1 });
    const outcome = await call('patient');
    await struck;
    expect([attempts(outcome), served(outcome)]).toEqual(['2', 'openai-primary']);
    const [first, second] = atProvider('patient');
    expect((second?.startedAt ?? 0) - (first?.startedAt ?? 0)).toBeGreaterThanOrEqual(1000);

    world.simulator.setFault({
      channel: 'openai-primary',
      model: versionOf('hurried'),
      kind: 'rate-limit',
      retryAfterSeconds: 1,
    });
    const hurried = await call('hurried');
    expect([attempts(hurried), served(hurried)]).toEqual(['2', 'anthropic-primary']);
    expect(hurried.headers.get('x-breakwater-substitution-reason')).toBe('rate_limited');
  });

  it('returns a mistake of the caller, unless the route says otherwise', async () => {
    for (const model of ['strict', 'lenient']) {
      world.simulator.setFault({ channel: 'openai-primary', model: versionOf(model), kind: 'bad-request' });
    }
    expect((await call('strict')).status).toBe(400);
    expect(atProvider('strict-other')).toEqual([]);
    const lenient = await call('lenient');
    expect([lenient.status, served(lenient)]).toEqual([200, 'anthropic-primary']);
  });

  it('goes where it costs least', async () => {
    for (let n = 0; n < 6; n += 1) expect(served(await call('cheap'))).toBe('openai-backup');
  });

  it('goes where the first token comes soonest', async () => {
    const model = versionOf('quick');
    world.simulator.setFault({ channel: 'openai-primary', model, kind: 'slow-first-token', delayMs: 150 });
    for (let n = 0; n < 40; n += 1) await call('quick');
    const late = channelsOf('quick').slice(20);
    expect(late.filter((channel) => channel === 'openai-backup').length).toBeGreaterThan(14);
  });

  it('takes the targets of a tier as they are listed', async () => {
    for (let n = 0; n < 6; n += 1) expect(served(await call('listed'))).toBe('openai-primary');
  });

  it('keeps a session at its target, and leaves a failing one', async () => {
    const session = async (user: string): Promise<string | null> => {
      const response = await fetch(`${world.gateway.url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${world.gateway.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ model: 'kept', user, messages: [{ role: 'user', content: 'Hi' }] }),
      });
      await response.arrayBuffer();
      return response.headers.get('x-breakwater-channel');
    };
    const homes = new Map<string, string | null>();
    for (let n = 0; n < 12; n += 1) homes.set(`user-${n}`, await session(`user-${n}`));
    expect(new Set(homes.values())).toEqual(new Set(['openai-primary', 'openai-backup']));
    for (const [user, home] of homes) expect(await session(user)).toBe(home);
    world.simulator.setFault({ channel: 'openai-primary', model: versionOf('kept'), kind: 'server-error' });
    for (const user of homes.keys()) expect(await session(user)).toBe('openai-backup');
  });

  it('has no more under way at a target than it may', async () => {
    const model = versionOf('narrow');
    world.simulator.setFault({ channel: 'openai-primary', model, kind: 'slow-first-token', delayMs: 200 });
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => call('narrow')));
    expect(outcomes.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(channelsOf('narrow').toSorted()).toEqual([
      'openai-backup',
      'openai-backup',
      'openai-backup',
      'openai-primary',
    ]);
  });

  it('asks a second target when the first token is later than usual, and pays for both', async () => {
    for (let n = 0; n < 30; n += 1) await call('hedged');
    // Later than 95 of 100 is what now and then one is, also where nothing is wrong.
    expect(channelsOf('hedged').filter((channel) => channel === 'openai-backup').length).toBeLessThanOrEqual(5);
    const model = versionOf('hedged');
    world.simulator.setFault({ channel: 'openai-primary', model, kind: 'slow-first-token', delayMs: 3000 });
    const outcome = await call('hedged');
    expect([served(outcome), attempts(outcome)]).toEqual(['openai-backup', '2']);
    const loser = await world.simulator.waitForCall(
      (record) => record.model === model && record.channel === 'openai-primary' && record.outcome === 'client-closed',
    );
    expect(loser.tokensSent).toBe(0);
    const { attempts: rows } = await world.operator.ended(outcome.requestId);
    expect(rows).toMatchObject([
      { channel: 'openai-primary', outcome: 'cancelled', fault: 'hedge_lost' },
      { channel: 'openai-backup', outcome: 'ok', fault: null },
    ]);
  });
});
