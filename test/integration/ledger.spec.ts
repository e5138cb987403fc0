import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CallRecord } from '#libs/simulators';
import { eventually } from './eventually.fixture.js';
import { Load } from './load.fixture.js';
import { price, startRoutedGateway, versionOf, type RoutedGateway } from './routed-gateway.fixture.js';

const keys = ['agent-a', 'agent-b'] as const;
const secretOf = (key: string): string => `bw_test_${key}`;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Sums over the calls of one key to one model on one channel. */
interface Sums {
  readonly attempts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly costMicros: number;
}
const nothing: Sums = { attempts: 0, inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, costMicros: 0 };

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
      health: { consecutiveFailures: 100 },
      pace: { firstTokenMs: 5, tokenMs: 1 },
    });
    for (const channel of ['openai-primary', 'anthropic-primary']) {
      world.simulator.setFault({ channel, kind: 'server-error', percent: 15, seed: 1 });
      world.simulator.setFault({ channel, kind: 'cut', afterTokens: 4, percent: 15, seed: 2 });
    }
  }, 60_000);
  afterAll(() => world.stop(), 30_000);
  beforeEach(() => {
    load = new Load(world.gateway, { callers: 8, routes: ['gpt', 'claude'], keys: keys.map(secretOf) });
  });
  afterEach(() => load.stop());

  const answered = (calls: number): Promise<true> => {
    const wanted = load.outcomes.length + calls;
    return eventually('calls answered', () => (load.outcomes.length >= wanted ? true : undefined), 20_000);
  };

  /** `key model channel day` -> what usage says. */
  async function usage(): Promise<ReadonlyMap<string, Sums>> {
    const report = await eventually('an answer of metering', () => world.operator.usage());
    return new Map(
      report.rows.map(({ key, model, channel, day, ...sums }) => [
        [key, model, channel, day].join(' '),
        pickSums(sums),
      ]),
    );
  }

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
    await load.stop();
    const faults = world.simulator.calls().flatMap((call) => call.faults.map(({ kind }) => kind));
    expect(new Set(faults)).toEqual(new Set(['server-error', 'cut']));
    await expectAsProvidersSaw();
  }, 90_000);

  it('equals what the providers saw after the broker was gone', async () => {
    await answered(30);
    await world.gateway.kill('nats', 'SIGKILL');
    await world.gateway.restart('nats');
    await answered(30);
    await load.stop();
    await expectAsProvidersSaw();
  }, 90_000);
});

const pickSums = ({ attempts, inputTokens, outputTokens, cacheReadTokens, costMicros }: Sums): Sums => {
  return { attempts, inputTokens, outputTokens, cacheReadTokens, costMicros };
};

function sumUp(calls: readonly CallRecord[]): ReadonlyMap<string, Sums> {
  const sums = new Map<string, Sums>();
  for (const call of calls) {
    const group = groupOf(call);
    sums.set(group, add(sums.get(group) ?? nothing, call));
  }
  return sums;
}

/** The prompt bears the call's number, and that chose the key. */
function groupOf({ request, model = '', channel, startedAt }: CallRecord): string {
  const number = Number(/call (\d+) of many/.exec(request.body.toString())?.[1]);
  const known = ['gpt', 'claude'].find((id) => versionOf(id) === model);
  return [keys[number % keys.length], known, channel, new Date(startedAt).toISOString().slice(0, 10)].join(' ');
}

function add(sums: Sums, { usage }: CallRecord): Sums {
  const { inputTokens, outputTokens, cachedTokens } = usage ?? { inputTokens: 0, outputTokens: 0, cachedTokens: 0 };
  const cost =
    (inputTokens - cachedTokens) * price.input + cachedTokens * price.cacheRead + outputTokens * price.output;
  return {
    attempts: sums.attempts + 1,
    inputTokens: sums.inputTokens + inputTokens,
    outputTokens: sums.outputTokens + outputTokens,
    cacheReadTokens: sums.cacheReadTokens + cachedTokens,
    costMicros: sums.costMicros + Math.round(cost / 1_000_000),
  };
}
