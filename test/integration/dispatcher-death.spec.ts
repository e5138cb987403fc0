import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.fixture.js';
import { ledgerRows } from './ledger-rows.fixture.js';
import { Load, promptOf, type LoadOutcome } from './load.fixture.js';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.fixture.js';
import { callBySdk } from './sdk-caller.fixture.js';

const dispatchers = ['dispatch-1', 'dispatch-2', 'dispatch-3'] as const;
/** Only the gateway's own processes fail here. */
const patience = { connect: 5000, firstToken: 10_000, interToken: 10_000, attempt: 20_000, total: 20_000 };

describe('a dispatcher under load', () => {
  let world: RoutedGateway;
  let load: Load;

  beforeAll(async () => {
    world = await startRoutedGateway({
      dispatchers: dispatchers.length,
      routes: [
        { id: 'gpt', tiers: [['gpt@openai-primary']], deadlines: patience },
        { id: 'claude', tiers: [['claude@anthropic-primary']], deadlines: patience },
      ],
      pace: { firstTokenMs: 60, tokenMs: 4 },
    });
  }, 60_000);
  afterAll(() => world.stop(), 30_000);
  beforeEach(() => {
    world.simulator.clearCalls();
    load = new Load(world.gateway, { callers: 24, routes: ['gpt', 'claude'] });
  });
  afterEach(() => load.stop());

  const answered = (calls: number): Promise<true> => {
    const wanted = load.outcomes.length + calls;
    return eventually('calls answered', () => (load.outcomes.length >= wanted ? true : undefined));
  };
  /** A promise is only broken by what came before the content; after it an error is the promise. */
  function expectKept(outcomes: readonly LoadOutcome[]): void {
    const untold = outcomes.filter(
      ({ error, text, number }) => error === undefined && !text.includes(promptOf(number)),
    );
    expect(untold.map(({ number, status, text }) => ({ number, status, text }))).toEqual([]);
    const broken = outcomes.filter(({ error }) => error !== undefined);
    for (const { status, text, error } of broken) {
      expect({ status, text, error: String(error) }).toEqual({
        status: 200,
        text: expect.stringMatching(/./),
        error: expect.stringContaining('interrupted inside the gateway'),
      });
    }
  }

  /** For each call that a provider saw there is a row; rows beyond them are of attempts that ended on their way out. */
  async function expectWholeLedger(outcomes: readonly LoadOutcome[]): Promise<void> {
    const mismatches = (): readonly object[] => {
      const seen = world.simulator.calls().map(({ request }) => request.body.toString());
      const rows = ledgerRows(world.gateway);
      return outcomes.flatMap(({ requestId, number }) => {
        const attempts = rows.attempts.filter((row) => row.requestId === requestId);
        const calls = seen.filter((body) => body.includes(promptOf(number))).length;
        const ended = rows.completions.some((row) => row.requestId === requestId && row.attempts <= attempts.length);
        const beyond = attempts.length - calls;
        const unsent = attempts.filter(({ status, outcome }) => status === null && outcome !== 'ok').length;
        return ended && beyond >= 0 && beyond <= unsent ? [] : [{ requestId, calls, attempts }];
      });
    };
    await eventually('the last rows', () => (mismatches().length === 0 ? true : undefined)).catch(() => undefined);
    expect(mismatches()).toEqual([]);
  }

  it('that is killed costs no call that had no content yet, and no row of the ledger', async () => {
    await answered(30);
    await world.gateway.kill('dispatch-2', 'SIGKILL');
    await answered(60);
    // What it had journalled and not published comes with its return.
    await world.gateway.restart('dispatch-2');
    await answered(20);
    const outcomes = await load.stop();
    expectKept(outcomes);
    await expectWholeLedger(outcomes);
    const lost = ledgerRows(world.gateway).attempts.filter(({ fault }) => fault === 'dispatcher_lost');
    expect(lost.map(({ dispatcher }) => dispatcher)).toEqual(lost.map(() => 'dispatch-2'));
    expect(lost.length).toBeGreaterThan(0);
  }, 30_000);

  it('that is frozen is noticed within two seconds, at the cost of the answers it had begun', async () => {
    await answered(30);
    await world.gateway.kill('dispatch-3', 'SIGSTOP');
    const frozenAt = performance.now();
    await answered(60);
    const outcomes = await load.stop();
    await world.gateway.kill('dispatch-3', 'SIGCONT');
    expectKept(outcomes);
    const told = outcomes.filter(({ error }) => error !== undefined).map(({ endedAt }) => endedAt - frozenAt);
    expect(told.filter((ms) => ms > 2500)).toEqual([]);
    await expectWholeLedger(outcomes);
  }, 30_000);

  it('that was the last leaves callers with 503 and when to come back, at once', async () => {
    await load.stop();
    await Promise.all(dispatchers.map((name) => world.gateway.kill(name, 'SIGKILL')));
    const tookMs: number[] = [];
    for (const stream of [true, false, true, false, true, false, true]) {
      const startedAt = performance.now();
      const { status, headers, error } = await callBySdk(world.gateway, {
        surface: 'openai-chat',
        route: 'gpt',
        stream,
      });
      tookMs.push(performance.now() - startedAt);
      expect({ status, error }).toMatchObject({ status: 503, error: { code: 'no_dispatcher' } });
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(tookMs.toSorted((a, b) => a - b)[3]).toBeLessThan(100);
    await world.gateway.restart('dispatch-1');
    const { status } = await callBySdk(world.gateway, { surface: 'openai-chat', route: 'gpt', stream: false });
    expect(status).toBe(200);
  }, 30_000);
});
