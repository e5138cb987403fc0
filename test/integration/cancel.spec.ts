import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultKindName } from '#libs/simulators';
import { eventually } from './eventually.fixture.js';
import { ledgerRows } from './ledger-rows.fixture.js';
import { startRoutedGateway, versionOf, type RoutedGateway } from './routed-gateway.fixture.js';
import { callBySdk } from './sdk-caller.fixture.js';

/** Nothing but the caller's leaving ends a call of this test. */
const patience = { firstToken: 60_000, interToken: 60_000, attempt: 60_000, total: 60_000 };

const moments: readonly { readonly when: string; readonly stream: boolean; readonly fault: FaultKindName }[] = [
  { when: 'in the middle of a stream', stream: true, fault: 'stall' },
  { when: 'before the first token', stream: true, fault: 'no-content' },
  { when: 'before the provider answered', stream: true, fault: 'hang' },
  { when: 'while an unstreamed answer is made', stream: false, fault: 'hang' },
];

const callers = [
  { surface: 'openai-chat', model: 'gpt', channel: 'openai-primary', target: 'gpt@openai-primary' },
  { surface: 'anthropic-messages', model: 'claude', channel: 'anthropic-primary', target: 'claude@anthropic-primary' },
] as const;

describe('a caller that leaves', () => {
  let world: RoutedGateway;

  beforeAll(async () => {
    world = await startRoutedGateway({
      routes: callers.map(({ model, target }) => ({ id: model, tiers: [[target]], deadlines: patience })),
      // A single strike would show.
      health: { consecutiveFailures: 1, openMs: 60_000 },
    });
  }, 60_000);
  afterAll(() => world.stop(), 30_000);
  afterEach(() => world.simulator.clearFaults());

  const cases = callers.flatMap((caller) => moments.map((moment) => ({ ...caller, ...moment })));
  it.each(cases)('$surface, $when: ends the work at the provider, and is no mark against it', async (leaver) => {
    const { surface, model, channel, target, stream, fault } = leaver;
    const { gateway, simulator, operator } = world;
    simulator.setFault({ channel, kind: fault });
    simulator.clearCalls();
    const startedAt = Date.now();
    const leaving = new AbortController();
    const heard = Promise.withResolvers<void>();
    const outcome = callBySdk(gateway, {
      surface,
      route: model,
      stream,
      signal: leaving.signal,
      onText: () => heard.resolve(),
    });
    await (fault === 'stall' ? heard.promise : simulator.waitForCall(({ faults }) => faults.length > 0));
    const leftAt = Date.now();
    leaving.abort();

    const call = await simulator.waitForCall(({ outcome: how }) => how === 'client-closed');
    expect((call.clientClosedAt ?? Infinity) - leftAt).toBeLessThan(1000);
    await outcome;

    const { attempts, completions } = await eventually('the rows of a cancelled call', () => {
      const rows = ledgerRows(gateway, startedAt);
      return rows.attempts.length > 0 && rows.completions.length > 0 ? rows : undefined;
    });
    expect(attempts).toMatchObject([{ outcome: 'cancelled', fault: 'cancelled', target, number: 1 }]);
    expect(completions).toMatchObject([{ outcome: 'cancelled', attempts: 1 }]);
    expect(await operator.target(target)).toMatchObject({ phase: 'closed', evidence: [] });
    simulator.clearFaults();
    const after = await callBySdk(gateway, { surface, route: model, stream });
    expect(after).toMatchObject({ status: 200, text: expect.stringContaining(`${channel} (${versionOf(model)})`) });
  });
});
