import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faultKindNames, type CallRecord, type FaultDefinition } from '#libs/simulators';
import { faultFates } from './fault-fates.fixture.js';
import { expectFate, expectOnlyWinnersBytes, expectRaised, expectTrueHeaders } from './fault-expectations.fixture.js';
import { callAll, faultCases, routeOf, type FaultCase } from './fault-matrix.fixture.js';
import { startRoutedGateway, versionOf, type RoutedGateway, type TestRoute } from './routed-gateway.fixture.js';
import { callBySdk, type SdkOutcome } from './sdk-caller.fixture.js';

const surfaces = ['openai-chat', 'anthropic-messages'] as const;
const groups = surfaces.flatMap((surface) =>
  (['own', 'other'] as const).map((family) => ({ surface, family, cases: faultCases(surface, family) })),
);
it('meets every kind of fault that the simulators know', () => {
  expect(new Set(faultFates.map(({ fault }) => fault.kind))).toEqual(new Set(faultKindNames));
});

describe.each(groups)('a fault at the first target: $surface, of its $family family', ({ family, cases }) => {
  let world: RoutedGateway;
  let outcomes: ReadonlyMap<FaultCase, SdkOutcome>;

  beforeAll(async () => {
    world = await startRoutedGateway({ routes: cases.map(routeOf) });
    outcomes = await callAll(world, cases);
  }, 120_000);
  afterAll(() => world.stop(), 30_000);

  function outcomeOf(met: FaultCase): SdkOutcome {
    const outcome = outcomes.get(met);
    if (!outcome) throw new Error('not called');
    return outcome;
  }
  const providerCalls = ({ model }: FaultCase): readonly CallRecord[] =>
    world.simulator.calls().filter((call) => call.model === versionOf(model));

  it.each(cases)('$name: $fate.fate', async (met) => {
    const outcome = outcomeOf(met);
    expectFate(met, outcome);
    expectTrueHeaders(met, outcome);
    const calls = providerCalls(met);
    if (met.fate.fate === 'replaced' || family === 'own') expectOnlyWinnersBytes(met, outcome, calls);
    await expectLedgerAsProvidersSaw(met, outcome, calls);
  });

  /** Attempts in the ledger are the calls at the simulators, one for one. */
  async function expectLedgerAsProvidersSaw(
    { fate }: FaultCase,
    { requestId }: SdkOutcome,
    calls: readonly CallRecord[],
  ): Promise<void> {
    const { attempts, completion } = await world.operator.ended(requestId);
    expect(attempts.map(({ channel, requestedVersion, status }) => ({ channel, requestedVersion, status }))).toEqual(
      calls.map(({ channel, model, response }) => ({
        channel,
        requestedVersion: model,
        status: response.status ?? null,
      })),
    );
    expect(attempts.map(({ number }) => number)).toEqual(calls.map((_, index) => index + 1));
    const ok = { outcome: 'ok', fault: null };
    const failed = 'fault' in fate ? [{ outcome: 'failed', fault: fate.fault }] : [];
    const succeeded = fate.fate === 'served' || fate.fate === 'replaced' ? [ok] : [];
    expect(attempts).toMatchObject([...failed, ...succeeded]);
    const outcome = { served: 'ok', replaced: 'ok', rejected: 'failed', interrupted: 'interrupted' }[fate.fate];
    expect(completion).toMatchObject({ outcome, attempts: calls.length });
  }
});

/** Routes of one caller's own: what it does to its targets is nobody else's. */
const routesFor = (caller: string): readonly TestRoute[] => [
  { id: `substituted-${caller}`, tiers: tiersOf(`a-${caller}`, `b-${caller}`) },
  { id: `down-${caller}`, tiers: tiersOf(`c-${caller}`, `d-${caller}`) },
  { id: `limited-${caller}`, tiers: [[`e-${caller}@openai-primary`], [`f-${caller}@anthropic-primary`]] },
  { id: `hanging-${caller}`, tiers: [[`g-${caller}@openai-primary`], [`g-${caller}@openai-backup`]] },
  { id: `short-${caller}`, tiers: [[`h-${caller}@openai-primary`]], deadlines: { total: 200 } },
];
const tiersOf = (pinned: string, fallback: string): TestRoute['tiers'] => [
  [`${pinned}@openai-primary`],
  [`${pinned}@openai-backup`],
  [`${fallback}@anthropic-primary`],
];

describe('a call whose targets fail', () => {
  const callers = surfaces.flatMap((surface) => [true, false].map((stream) => ({ surface, stream })));
  let world: RoutedGateway;
  beforeAll(async () => {
    const routes = callers.flatMap(({ surface, stream }) => routesFor(`${surface}-${stream}`));
    world = await startRoutedGateway({ routes });
  }, 60_000);
  afterAll(() => world.stop(), 30_000);

  describe.each(callers)('by $surface, streamed: $stream', ({ surface, stream }) => {
    const named = (name: string): string => `${name}-${surface}-${stream}`;
    const call = (route: string): Promise<SdkOutcome> =>
      callBySdk(world.gateway, { surface, stream, route: named(route) });
    const fail = (model: string, fault: Omit<FaultDefinition, 'channel' | 'model'>): void =>
      void world.simulator.setFault({ ...fault, channel: '*', model: versionOf(named(model)) });
    const callsTo = (...models: readonly string[]): readonly CallRecord[] =>
      world.simulator.calls().filter((made) =>
        models
          .map(named)
          .map(versionOf)
          .includes(made.model ?? ''),
      );

    it('says that the fallback model answered, and why', async () => {
      fail('a', { kind: 'overloaded' });
      const { status, text, headers, requestId } = await call('substituted');
      expect({ status, text }).toEqual({
        status: 200,
        text: expect.stringContaining(`anthropic-primary (${versionOf(named('b'))})`),
      });
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-breakwater-attempts': '3',
        'x-breakwater-channel': 'anthropic-primary',
        'x-breakwater-model': named('b'),
        'x-breakwater-substitution': `${named('a')} -> ${named('b')}`,
        'x-breakwater-substitution-reason': 'overloaded',
      });
      const { completion, attempts } = await world.operator.ended(requestId);
      expect(completion).toMatchObject({
        pinnedModel: named('a'),
        model: named('b'),
        substitutionReason: 'overloaded',
        attempts: 3,
      });
      expect(attempts.map(({ target }) => target)).toEqual(tiersOf(named('a'), named('b')).flat());
    });

    it('has one clear error when every target is down', async () => {
      for (const model of ['c', 'd']) fail(model, { kind: 'server-error' });
      const { status, text, headers, error } = await call('down');
      expect({ status, text }).toEqual({ status: 503, text: '' });
      expectRaised({ surface }, error, 'targets_exhausted');
      expect(String(error)).toMatch(
        /3 tried.*c-.*@openai-primary: provider_error.*d-.*@anthropic-primary: provider_error/,
      );
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      expect(Object.fromEntries(headers)).toMatchObject({
        'x-breakwater-attempts': '3',
        'x-breakwater-channel': 'none',
        'x-breakwater-model': 'none',
      });
    });

    it('is told to wait when every target is full, and full targets are left alone', async () => {
      fail('e', { kind: 'rate-limit', retryAfterSeconds: 60 });
      fail('f', { kind: 'rate-limit', retryAfterSeconds: 30 });
      for (const attempts of ['2', '0']) {
        const { status, headers, error } = await call('limited');
        expect(status).toBe(429);
        expectRaised({ surface }, error, 'targets_rate_limited');
        expect(headers.get('x-breakwater-attempts')).toBe(attempts);
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(25);
        expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(30);
      }
      expect(callsTo('e', 'f')).toHaveLength(2);
    });

    it('waits for no provider longer than an attempt may take', async () => {
      fail('g', { kind: 'hang' });
      const startedAt = performance.now();
      const { status, error, headers } = await call('hanging');
      const tookMs = performance.now() - startedAt;
      expect(status).toBe(504);
      expectRaised({ surface }, error, 'targets_timed_out');
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
      // Two attempts: each ends at the first token's deadline where one is to come, else at its own.
      const least = 2 * (stream ? 1500 : 3000);
      expect(tookMs).toBeGreaterThanOrEqual(least - 5);
      expect(tookMs).toBeLessThan(least + 2500);
    });

    it('waits for no call longer than its route allows', async () => {
      fail('h', { kind: 'hang' });
      const startedAt = performance.now();
      const { status, error } = await call('short');
      expect(performance.now() - startedAt).toBeLessThan(2500);
      expect(status).toBe(504);
      expectRaised({ surface }, error, 'targets_timed_out');
      expect(callsTo('h')).toHaveLength(1);
    });
  });
});
