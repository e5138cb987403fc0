import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '#libs/simulators';
import type { AttemptRow } from '../../services/metering/src/ledger/tables.js';
import { eventually } from './eventually.fixture.js';
import { ledgerRows } from './ledger-rows.fixture.js';
import { Load, type LoadOutcome } from './load.fixture.js';
import { price, startRoutedGateway, versionOf, type RoutedGateway } from './routed-gateway.fixture.js';

const keys = ['agent-a', 'agent-b'] as const;
const secretOf = (key: string): string => `bw_test_${key}`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Sums over the calls of one key to one model on one channel. */
interface Sums {
  readonly attempts: number;
  readonly estimatedAttempts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly costMicros: number;
}
const nothing: Sums = {
  attempts: 0,
  estimatedAttempts: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  costMicros: 0,
};

describe('the ledger', () => {
  let world: RoutedGateway;
  let load: Load;

  beforeAll(async () => {
    world = await startRoutedGateway({
      dispatchers: 2,
      routes: [
        { id: 'gpt', tiers: [['gpt@openai-primary'], ['gpt@openai-backup'], ['claude@anthropic-backup']] },
        { id: 'claude', tiers: [['claude@anthropic-primary'], ['claude@anthropic-backup']] },
      ],
      keys: Object.fromEntries(keys.map((key) => [key, sha256(secretOf(key))])),
      // Broken now and then, and never left for it.
      health: { consecutiveFailures: 100, minimumCalls: 10_000 },
      pace: { firstTokenMs: 5, tokenMs: 1 },
    });
    for (const channel of ['openai-primary', 'anthropic-primary']) {
      world.simulator.setFault({ channel, kind: 'server-error', percent: 15, seed: 1 });
      world.simulator.setFault({ channel, kind: 'cut', afterTokens: 4, percent: 15, seed: 2 });
    }
  }, 60_000);
  afterAll(() => world.stop(), 30_000);
  beforeEach(() => {
    world.simulator.clearCalls();
    load = new Load(world.gateway, { callers: 8, routes: ['gpt', 'claude'], keys: keys.map(secretOf) });
  });
  afterEach(() => load.stop());

  const answered = (calls: number): Promise<true> => {
    const wanted = load.outcomes.length + calls;
    return eventually('calls answered', () => (load.outcomes.length >= wanted ? true : undefined), 20_000);
  };

  /** `key model channel day` -> what usage says, without what is estimated. */
  async function usage(): Promise<ReadonlyMap<string, Sums>> {
    const report = await eventually('an answer of metering', () => world.operator.usage());
    const sums = new Map(report.rows.map((row) => [nameOf(row), pickSums(row)]));
    for (const row of estimates()) {
      const all = sums.get(nameOf(row));
      if (all) sums.set(nameOf(row), without(all, row));
    }
    return sums;
  }

  const estimates = (): readonly AttemptRow[] =>
    ledgerRows(world.gateway).attempts.filter(({ usageEstimated }) => usageEstimated === 1);

  async function expectAsProvidersSaw(): Promise<void> {
    const seen = sumUp(world.simulator.calls());
    const inOrder = (sums: ReadonlyMap<string, Sums>) => [...sums].toSorted(([a], [b]) => a.localeCompare(b));
    const text = (sums: ReadonlyMap<string, Sums>): string => JSON.stringify(inOrder(sums));
    // What a metering that died had taken and not settled comes again only when the broker gives it up.
    const same = async (): Promise<true | undefined> => (text(await usage()) === text(seen) ? true : undefined);
    await eventually('what the providers saw', same, 40_000).catch(() => undefined);
    expect(inOrder(await usage())).toEqual(inOrder(seen));
  }

  it('equals what the providers saw, failed attempts included, also while metering dies and returns', async () => {
    await answered(40);
    await world.gateway.kill('metering', 'SIGKILL');
    await answered(60);
    await world.gateway.restart('metering');
    await answered(40);
    const outcomes = await load.stop();
    const faults = world.simulator.calls().flatMap((call) => call.faults.map(({ kind }) => kind));
    expect(new Set(faults)).toEqual(new Set(['server-error', 'cut']));
    await expectAsProvidersSaw();
    const numbers = new Map(outcomes.map(({ requestId, number }) => [requestId, number]));
    const estimated = estimates().flatMap(({ requestId, channel, ...row }) => {
      const ofRow = (call: CallRecord): boolean => numberOf(call) === numbers.get(requestId) && isCut(call);
      const sent = world.simulator.calls().find((call) => call.channel === channel && ofRow(call))?.tokensSent;
      return sent === undefined ? [] : [{ ...row, sent }];
    });
    expect(estimated.filter(({ sent }) => sent > 0).length).toBeGreaterThan(0);
    for (const { sent, inputTokens, outputTokens, costMicros } of estimated) {
      expect(Math.abs(outputTokens - sent)).toBeLessThanOrEqual(sent);
      expect([inputTokens > 0, costMicros > 0]).toEqual([true, true]);
    }
  }, 90_000);

  /** A row that was cut off from its provider may know less than the provider: all others know the same. */
  function unaccounted(outcomes: readonly LoadOutcome[]): readonly object[] {
    const { attempts } = ledgerRows(world.gateway);
    return outcomes.flatMap(({ requestId, number }) => {
      const rows = attempts.filter((row) => row.requestId === requestId);
      const told = rows.filter(({ outcome, fault }) => outcome !== 'cancelled' && fault !== 'dispatcher_lost');
      const calls = world.simulator.calls().filter((call) => numberOf(call) === number);
      const left = calls.map(accountOf);
      const wrong = told.map(accountOf).filter((account) => !takeOut(left, account));
      return wrong.length > 0 || left.length > rows.length - told.length ? [{ requestId, rows, wrong, left }] : [];
    });
  }

  it('accounts for every call that the providers saw after the broker was gone', async () => {
    await answered(30);
    await world.gateway.kill('nats', 'SIGKILL');
    await world.gateway.restart('nats');
    await answered(30);
    const outcomes = await load.stop();
    const none = (): true | undefined => (unaccounted(outcomes).length === 0 ? true : undefined);
    await eventually('every call in the ledger', none, 40_000).catch(() => undefined);
    expect(unaccounted(outcomes)).toEqual([]);
  }, 90_000);
});

function accountOf(of: CallRecord | AttemptRow): string {
  if ('request' in of ? isCut(of) : of.usageEstimated === 1) return `${of.channel} cut`;
  const { inputTokens = 0, outputTokens = 0 } = ('request' in of ? of.usage : of) ?? {};
  return `${of.channel} ${inputTokens} ${outputTokens}`;
}

/** False where it is not there. */
function takeOut(from: string[], wanted: string): boolean {
  const at = from.indexOf(wanted);
  if (at >= 0) from.splice(at, 1);
  return at >= 0;
}

/** The prompt bears it. */
const numberOf = ({ request }: CallRecord): number => Number(/call (\d+) of many/.exec(request.body.toString())?.[1]);

/** Ended before its usage was told: by the fault, or by the gateway, whose deadlines a busy machine may miss. */
const isCut = ({ outcome, response }: CallRecord): boolean =>
  (outcome === 'cut-by-fault' || outcome === 'client-closed') && response.status === 200;

const pickSums = ({ attempts, estimatedAttempts, inputTokens, outputTokens, ...more }: Sums): Sums => {
  const { cacheReadTokens, costMicros } = more;
  return { attempts, estimatedAttempts, inputTokens, outputTokens, cacheReadTokens, costMicros };
};

const nameOf = (row: { readonly [dimension in 'key' | 'model' | 'channel' | 'day']?: string }): string =>
  [row.key, row.model, row.channel, row.day].join(' ');

function without(sums: Sums, row: AttemptRow): Sums {
  return {
    ...sums,
    inputTokens: sums.inputTokens - row.inputTokens,
    outputTokens: sums.outputTokens - row.outputTokens,
    cacheReadTokens: sums.cacheReadTokens - row.cacheReadTokens,
    costMicros: sums.costMicros - row.costMicros,
  };
}

function sumUp(calls: readonly CallRecord[]): ReadonlyMap<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const call of calls) {
    const group = groupOf(call);
    sums.set(group, add(sums.get(group) ?? nothing, call));
  }
  return sums;
}

/** The call's number chose the key. */
function groupOf(call: CallRecord): string {
  const { model = '', channel, startedAt } = call;
  const known = ['gpt', 'claude'].find((id) => versionOf(id) === model);
  return [keys[numberOf(call) % keys.length], known, channel, new Date(startedAt).toISOString().slice(0, 10)].join(' ');
}

/** What a provider that cut its answer had counted so far, it may not have told. */
function add(sums: Sums, call: CallRecord): Sums {
  const told = isCut(call) ? undefined : call.usage;
  const { inputTokens, outputTokens, cachedTokens } = told ?? { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
  const cost =
    (inputTokens - cachedTokens) * price.input + cachedTokens * price.cacheRead + outputTokens * price.output;
  return {
    attempts: sums.attempts + 1,
    estimatedAttempts: sums.estimatedAttempts + (isCut(call) ? 1 : 0),
    inputTokens: sums.inputTokens + inputTokens,
    outputTokens: sums.outputTokens + outputTokens,
    cacheReadTokens: sums.cacheReadTokens + cachedTokens,
    costMicros: sums.costMicros + Math.round(cost / 1_000_000),
  };
}
