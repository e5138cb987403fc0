import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '#libs/simulators';
import { eventually } from './eventually.fixture.js';
import { ledgerRows } from './ledger-rows.fixture.js';
import { Load, type LoadOutcome } from './load.fixture.js';
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
      pace: { firstTokenMs: 60, tokenMs: 10 },
    });
  }, 60_000);
  afterAll(() => world.stop(), 30_000);
  beforeEach(() => {
    world.simulator.clearCalls();
    load = new Load(world.gateway, { callers: 12, routes: ['gpt', 'claude'] });
  });
  afterEach(() => load.stop());

  const answered = (calls: number): Promise<true> => {
    const wanted = load.outcomes.length + calls;
    return eventually('calls answered', () => (load.outcomes.length >= wanted ? true : undefined));
  };
  /** A promise is only broken by what came before the content; after it an error is the promise. */
  function expectKept(outcomes: readonly LoadOutcome[]): void {
    const untold = outcomes.filter(
      ({ error, text, prompt }) => error === undefined && !text.includes(prompt.slice(0, 30)),
    );
    expect(untold).toEqual([]);
    const broken = outcomes.filter(({ error }) => error !== undefined);
    for (const { status, text, error } of broken) {
      expect({ status, text }).toEqual({ status: 200, text: expect.stringMatching(/./) });
      expect(String(error)).toContain('interrupted inside the gateway');
    }
  }

  /** For each call that a provider saw there is a row; rows beyond them are of calls that died on their way out. */
  async function expectWholeLedger(outcomes: readonly LoadOutcome[]): Promise<void> {
    const seen = callsByPrompt(world.simulator.calls());
    const rows = await eventually('every completion', () => {
      const found = ledgerRows(world.gateway);
      const known = new Set(found.completions.map(({ requestId }) => requestId));
      return outcomes.every(({ requestId }) => known.has(requestId)) ? found : undefined;
    });
    const wrong = outcomes.flatMap(({ requestId, prompt }) => {
      const attempts = rows.attempts.filter((row) => row.requestId === requestId);
      const calls = seen.get(prompt) ?? 0;
      const beyond = attempts.length - calls;
      const lost = attempts.filter(({ fault }) => fault === 'dispatcher_lost').length;
      return beyond < 0 || beyond > lost ? [{ requestId, calls, attempts }] : [];
    });
    expect(wrong).toEqual([]);
  }

  it('that is killed costs no call that had no content yet, and no row of the ledger', async () => {
    await answered(60);
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

  it('that is frozen is replaced within two seconds', async () => {
    await answered(60);
    await world.gateway.kill('dispatch-3', 'SIGSTOP');
    const frozenAt = performance.now();
    await answered(120);
    await eventually('the calls of the frozen dispatcher', () =>
      performance.now() - frozenAt > 2500 ? true : undefined,
    );
    const outcomes = await load.stop();
    await world.gateway.kill('dispatch-3', 'SIGCONT');
    expectKept(outcomes);
    expect(Math.max(...outcomes.map(({ tookMs }) => tookMs))).toBeLessThan(6000);
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

function callsByPrompt(calls: readonly CallRecord[]): ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  for (const { request } of calls) {
    const prompt = /call \d+ of one two three four five(?: and so on.*?on )?/.exec(request.body.toString())?.[0] ?? '';
    counted.set(prompt, (counted.get(prompt) ?? 0) + 1);
  }
  return counted;
}
