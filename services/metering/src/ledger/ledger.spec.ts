import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sql, type Kysely, type KyselyPlugin } from 'kysely';
import type { LedgerRecord } from '#libs/contracts';
import { attemptRecord, completionRecord, message } from '../records/records.fixture.js';
import { readRecords } from '../records/read-records.js';
import { databases, empty, type TestDatabase } from './databases.fixture.js';
import { Ledger } from './ledger.js';
import type { LedgerTables } from './tables.js';

const records: readonly LedgerRecord[] = Array.from({ length: 8 }, (_, call) => [
  attemptRecord({ attemptId: `a${call}-1`, requestId: `r${call}`, outcome: 'failed', fault: 'hang', costMicros: call }),
  attemptRecord({ attemptId: `a${call}-2`, requestId: `r${call}`, number: 2, servedVersion: 'v\0' }),
  completionRecord({ requestId: `r${call}`, attempts: 2 }),
]).flat();

/** Fails at the given statement, as a lost connection or a full disk would. */
function failingAt(statement: number): KyselyPlugin {
  let seen = 0;
  return {
    transformQuery: ({ node }) => {
      if (seen++ === statement) throw new Error('injected');
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

async function contents(db: Kysely<LedgerTables>) {
  return {
    attempts: await db.selectFrom('attempts').selectAll().orderBy('attemptId').execute(),
    completions: await db.selectFrom('completions').selectAll().orderBy('requestId').execute(),
  };
}

describe.each(databases)('Ledger in %s', (_name, create) => {
  let database: TestDatabase;
  let db: Kysely<LedgerTables>;

  beforeAll(async () => {
    database = await create();
    db = await database.open();
  }, 60_000);
  afterAll(() => database.remove());
  beforeEach(() => empty(db));

  it('gives back every field as it was written', async () => {
    const { bad, ...rows } = readRecords([message(...records)]);
    await new Ledger(db).apply(rows);
    expect(bad).toEqual([]);
    expect(await contents(db)).toEqual(rows);
  });

  it.each(['presumed first', 'told first', 'together'])(
    'believes a dispatcher over what was presumed: %s',
    async (how) => {
      const presumed = records.flatMap((record) =>
        record.kind === 'attempt'
          ? [{ ...record, fault: 'dispatcher_lost', outcome: 'failed', costMicros: 0 } as const]
          : [],
      );
      const batches = { 'presumed first': [presumed, records], 'told first': [records, presumed] }[how];
      for (const batch of batches ?? [[...presumed, ...records]]) {
        await new Ledger(db).apply(readRecords([message(...batch)]));
      }
      const { bad: _bad, ...expected } = readRecords([message(...records)]);
      expect(await contents(db)).toEqual(expected);
    },
  );

  it('is the same after any order, duplication, batching and failure of its records', async () => {
    const { bad: _bad, ...expected } = readRecords([message(...records)]);
    const delivery = fc.record({
      picked: fc.subarray([...records], { minLength: 1 }),
      failAt: fc.integer({ min: 0, max: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(delivery, { maxLength: 6 }),
        fc.shuffledSubarray([...records], { minLength: records.length }),
        async (deliveries, all) => {
          await empty(db);
          for (const { picked, failAt } of deliveries) {
            const before = await contents(db);
            const unlucky = new Ledger(db.withPlugin(failingAt(failAt)));
            const failed = await unlucky.apply(readRecords([message(...picked)])).then(
              () => false,
              () => true,
            );
            if (failed) expect(await contents(db)).toEqual(before);
          }
          const half = all.length / 2;
          await new Ledger(db).apply(
            readRecords([message(...all.slice(0, half)), message(...all.slice(half), ...all.slice(half))]),
          );
          expect(await contents(db)).toEqual(expected);
        },
      ),
      { numRuns: 40 },
    );
  }, 60_000);

  it('keeps the first completion of a call', async () => {
    const ledger = new Ledger(db);
    await ledger.apply(readRecords([message(completionRecord({ status: 200 }), completionRecord({ status: 502 }))]));
    await ledger.apply(readRecords([message(completionRecord({ status: 503 }))]));
    expect((await contents(db)).completions).toMatchObject([{ status: 200 }]);
  });

  it('takes the same rows from several processes at once, each in its own order', async () => {
    const many = Array.from({ length: 400 }, (_, at) => attemptRecord({ attemptId: `a${at}`, requestId: `r${at}` }));
    const writers = await Promise.all([1, 2, 3].map(async () => new Ledger(await database.open())));
    const shuffles = fc.sample(fc.shuffledSubarray(many, { minLength: many.length }), { numRuns: 30, seed: 1 });
    const batches = shuffles.map((all) => readRecords([message(...all)]));
    await Promise.all(batches.map(async (batch, at) => writers[at % writers.length]?.apply(batch)));
    expect((await contents(db)).attempts).toHaveLength(many.length);
  }, 30_000);

  it('takes thousands of records a second', async () => {
    const many = Array.from({ length: 5000 }, (_, at) =>
      attemptRecord({ attemptId: `many-${at}`, requestId: `many-${at}` }),
    );
    const started = performance.now();
    for (let at = 0; at < many.length; at += 250)
      await new Ledger(db).apply(readRecords([message(...many.slice(at, at + 250))]));
    const seconds = (performance.now() - started) / 1000;
    expect(await db.selectFrom('attempts').select('attemptId').execute()).toHaveLength(many.length);
    expect(many.length / seconds).toBeGreaterThan(1000);
  }, 30_000);
});

describe.each(databases)('openDatabase with %s', (_name, create) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await create();
  }, 60_000);
  afterAll(() => database.remove());

  it('lets several processes bring a new database up to date at once, and again', async () => {
    const [first] = await Promise.all([1, 2, 3, 4].map(() => database.open()));
    await first
      ?.insertInto('attempts')
      .values(readRecords([message(attemptRecord())]).attempts)
      .execute();
    expect((await contents(await database.open())).attempts).toHaveLength(1);
  });

  it('brings a database of an earlier version up to date with all that is in it', async () => {
    const db = await database.open();
    const records = message(attemptRecord({ attemptId: 'early', usageEstimated: true }));
    await new Ledger(db).apply(readRecords([records]));
    for (const table of ['attempts', 'completions'])
      await sql`alter table ${sql.table(table)} drop column usage_estimated`.execute(db);
    await sql`alter table attempts drop column purpose`.execute(db);
    await sql`alter table completions drop column continuations`.execute(db);
    await sql`drop table health_changes`.execute(db);
    await sql`delete from schema_steps where step >= 2`.execute(db);
    const rows = (await contents(await database.open())).attempts;
    expect(rows.find(({ attemptId }) => attemptId === 'early')).toMatchObject({ usageEstimated: 0, inputTokens: 100 });
  });
});
