import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AttemptRecord } from '#libs/contracts';
import { isJsonObject, parseJson } from '#libs/kernel';
import { temporaryFolder } from '../../../test/support/server.js';
import { Inbox, reconnected, startBroker, type TestBroker } from './bus.fixture.js';
import { closeBus, connectBus, type Bus } from './connection.js';
import { consume, type Consumption } from './consume.js';
import { LedgerPublisher } from './ledger-publisher.js';
import { declareStreams } from './streams.js';
import { tap } from './tapped-broker.fixture.js';

/** Long enough for a publication whose acknowledgement was lost to be given up. */
const PATIENCE_MS = 30_000;

function attempt(attemptId: string, requestedVersion = 'gpt-5'): AttemptRecord {
  return {
    kind: 'attempt',
    v: 1,
    attemptId,
    requestId: attemptId,
    number: 1,
    purpose: 'first',
    principal: { tenant: 'acme', team: 'search', agent: 'crawler', key: 'key-1' },
    route: 'fast',
    pinnedModel: 'gpt-5',
    model: 'gpt-5',
    target: 'gpt-5@a',
    channel: 'a',
    provider: 'openai',
    requestedVersion,
    outcome: 'ok',
    usage: { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 },
    costMicros: 1,
    startedAt: 1,
    durationMs: 1,
    revision: 1,
    dispatcher: 'd1',
  };
}

let broker: TestBroker;
let reader: Consumption;
/** Attempt ids as a durable consumer sees them, batch by batch. */
let ledger: Inbox<readonly string[]>;
let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let publishers: LedgerPublisher[];

beforeAll(async () => {
  broker = await startBroker();
  const bus = await broker.connect('reader');
  await declareStreams(bus);
  ledger = new Inbox();
  reader = await consume(bus, { stream: 'ledger', durable: 'spec', maxPending: 512 }, async (payloads) => {
    const lines = payloads.flatMap((bytes) => Buffer.from(bytes).toString().split('\n'));
    ledger.take(lines.filter((line) => line !== '').map(attemptIdOf));
  });
});
beforeEach(async () => {
  folder = await temporaryFolder();
  publishers = [];
});
afterEach(async () => {
  await Promise.all(publishers.map((publisher) => publisher.close(0)));
  await folder.remove();
});
afterAll(async () => {
  await reader.stop();
  await broker.stop();
});

function attemptIdOf(line: string): string {
  const record = parseJson(line);
  return isJsonObject(record) ? String(record['attemptId']) : 'not a record';
}

function publish(bus: Bus, instance = 'd1', fileBytes?: number): LedgerPublisher {
  const size = fileBytes === undefined ? {} : { fileBytes };
  const publisher = new LedgerPublisher(bus, { directory: folder.path, instance, durability: 'os', ...size });
  publishers.push(publisher);
  return publisher;
}

const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${prefix}.${n}`);
const sizeOf = async (instance = 'd1'): Promise<number> => (await stat(join(folder.path, `${instance}.ndjson`))).size;

/** Bytes of all files of all journals. */
async function room(): Promise<number> {
  const names = await readdir(folder.path);
  const sizes = await Promise.all(names.map((name) => stat(join(folder.path, name)).catch(() => ({ size: 0 }))));
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

const inLedger = (prefix: string): string[] => ledger.items.flat().filter((id) => id.startsWith(`${prefix}.`));

/** The ledger has every one of them, and nothing else of this prefix. */
async function expectInLedger(prefix: string, wanted: readonly string[]): Promise<void> {
  await ledger.until(() => new Set(inLedger(prefix)).size >= wanted.length);
  expect(new Set(inLedger(prefix))).toEqual(new Set(wanted));
}

async function published(publisher: LedgerPublisher): Promise<void> {
  while (publisher.backlogBytes > 0) await delay(5);
}

describe('LedgerPublisher', () => {
  it('brings everything to the ledger, once, while nothing goes wrong', async () => {
    const publisher = publish(await broker.connect());
    const wanted = ids('plain', 3000);
    for (const id of wanted) await publisher.append(attempt(id));
    await expectInLedger('plain', wanted);
    expect(inLedger('plain')).toHaveLength(wanted.length);
    await published(publisher);
  });

  it('takes little room however much goes through it, also where there is always something to publish', async () => {
    const publisher = publish(await broker.connect(), 'd1', 100_000);
    const wanted = ids('busy', 3000);
    let most = 0;
    for (const [at, id] of wanted.entries()) {
      await publisher.append(attempt(id, 'x'.repeat(1000)));
      if (at % 20 > 0) continue;
      expect(publisher.backlogBytes).toBeGreaterThan(0);
      most = Math.max(most, await room());
      await delay(15);
    }
    expect(most).toBeLessThan(1_500_000);
    await expectInLedger('busy', wanted);
    expect(inLedger('busy')).toHaveLength(wanted.length);
    await published(publisher);
    expect(await room()).toBeLessThan(200_000);
  }, 30_000);

  it('is not stopped by a record larger than what it reads at once', async () => {
    const publisher = publish(await broker.connect());
    await publisher.append(attempt('long.0', 'x'.repeat(300_000)));
    await publisher.append(attempt('long.1'));
    await expectInLedger('long', ['long.0', 'long.1']);
  });

  it('publishes what is left when it closes, and leaves an empty file', async () => {
    const publisher = publish(await broker.connect());
    for (const id of ids('close', 100)) await publisher.append(attempt(id));
    await publisher.close(5000);
    expect(publisher.backlogBytes).toBe(0);
    expect(await sizeOf()).toBe(0);
    await expectInLedger('close', ids('close', 100));
  });

  it('leaves to the next process of its name what comes after it closed', async () => {
    const bus = await broker.connect();
    const first = publish(bus);
    await first.append(attempt('late.0'));
    await first.close(5000);
    await first.append(attempt('late.1'));
    publish(bus);
    await expectInLedger('late', ['late.0', 'late.1']);
  });

  it('publishes what a process of its name left when it was killed', async () => {
    const script = `
      import { connectBus, LedgerPublisher } from '#libs/bus';
      const bus = await connectBus({ url: process.env.NATS_URL, name: 'd1' });
      const publisher = new LedgerPublisher(bus, { directory: process.env.DIRECTORY, instance: 'd1', durability: 'os' });
      for (let n = 0; n < 500; n += 1) publisher.append({ attemptId: 'killed.' + n });
      process.kill(process.pid, 'SIGKILL');`;
    const env = { NATS_URL: broker.url, DIRECTORY: folder.path };
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { env, stdio: 'inherit' });
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    const publisher = publish(await broker.connect());
    await publisher.append(attempt('killed.500'));
    await expectInLedger('killed', ids('killed', 501));
  }, 15_000);

  it(
    'forgets no record that is added while an acknowledgement is lost',
    async () => {
      const line = await tap(broker.url);
      const bus = await connectBus({ url: line.url, name: 'd1' });
      const publisher = publish(bus);
      await publisher.append(attempt('lost.0'));
      await expectInLedger('lost', ['lost.0']);
      await published(publisher);
      const answered = line.loseAnswers();
      await publisher.append(attempt('lost.1'));
      await answered;
      await publisher.append(attempt('lost.2'));
      line.breakLine();
      await expectInLedger('lost', ids('lost', 3));
      await published(publisher);
      await closeBus(bus);
      await line.close();
    },
    PATIENCE_MS,
  );

  it(
    'waits for a broker that is away, without holding up who appends',
    async () => {
      const publisher = publish(await broker.connect());
      await broker.crash();
      const began = performance.now();
      for (const id of ids('away', 100)) await publisher.append(attempt(id));
      expect(performance.now() - began).toBeLessThan(1000);
      expect(publisher.backlogBytes).toBeGreaterThan(0);
      await broker.restart();
      await expectInLedger('away', ids('away', 100));
    },
    PATIENCE_MS,
  );

  it(
    'closes in time while the broker is away, and the next process of its name goes on',
    async () => {
      const bus = await broker.connect();
      const publisher = publish(bus);
      await broker.crash();
      await publisher.append(attempt('shut.0'));
      await publisher.close(100);
      expect(await sizeOf()).toBeGreaterThan(0);
      const back = reconnected(bus);
      await broker.restart();
      await back;
      publish(bus);
      await expectInLedger('shut', ['shut.0']);
    },
    PATIENCE_MS,
  );

  /** So small that every run sets some aside. */
  const FILE_BYTES = 4000;

  it('comes to the same set of records however appends, crashes and restarts interleave', async () => {
    const step = fc.oneof(
      {
        weight: 12,
        arbitrary: fc.record({ do: fc.constant('append' as const), count: fc.integer({ min: 1, max: 40 }) }),
      },
      { weight: 6, arbitrary: fc.constant({ do: 'crash' as const }) },
      { weight: 1, arbitrary: fc.constant({ do: 'bounce' as const }) },
    );
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
        const prefix = `run-${(run += 1)}`;
        const wanted: string[] = [];
        let bus = await broker.connect();
        let publisher = publish(bus, prefix, FILE_BYTES);
        for (const next of steps) {
          if (next.do === 'append') {
            for (let n = 0; n < next.count; n += 1) {
              wanted.push(`${prefix}.${wanted.length}`);
              await publisher.append(attempt(wanted.at(-1) ?? ''));
            }
          } else if (next.do === 'bounce') {
            await broker.bounce();
          } else {
            // Without its connection the old one can do no more than a dead process.
            await bus.nats.close();
            bus = await broker.connect();
            publisher = publish(bus, prefix, FILE_BYTES);
          }
        }
        await expectInLedger(prefix, wanted);
      }),
      {
        numRuns: 6,
        examples: [[[{ do: 'append', count: 9 }, { do: 'bounce' }, { do: 'append', count: 9 }, { do: 'crash' }]]],
      },
    );
  }, 60_000);
});
