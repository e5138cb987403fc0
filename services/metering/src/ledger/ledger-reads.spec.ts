import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql, type Kysely } from 'kysely';
import { temporaryFolder } from '../../../../test/support/server.js';
import { readRecords } from '../records/read-records.js';
import { attemptRecord, message } from '../records/records.fixture.js';
import { LedgerReads } from './ledger-reads.js';
import { Ledger } from './ledger.js';
import { openDatabase } from './open-database.js';
import type { LedgerTables } from './tables.js';

/** A question that takes SQLite some hundred milliseconds. */
const slow = sql<{
  readonly n: number;
}>`with recursive c (n) as (select 1 union all select n + 1 from c where n < 3000000)
  select count(*) as n from c`;

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let db: Kysely<LedgerTables>;
let reads: LedgerReads;
beforeEach(async () => {
  folder = await temporaryFolder();
  const file = join(folder.path, 'ledger.sqlite');
  db = await openDatabase({ file, onIdleError: () => undefined });
  reads = LedgerReads.ofFile(file);
});
afterEach(async () => {
  await reads.close();
  await db.destroy();
  await folder.remove();
});

const write = (attemptId: string) => new Ledger(db).apply(readRecords([message(attemptRecord({ attemptId }))]));
const read = () => reads.db.selectFrom('attempts').select(['attemptId', 'costMicros']).execute();

describe('LedgerReads of a file', () => {
  it('sees what was written, at once', async () => {
    expect(await read()).toEqual([]);
    await write('a1');
    expect(await read()).toEqual([{ attemptId: 'a1', costMicros: 700 }]);
  });

  it('lets its process write and go on while an answer takes long', async () => {
    await read();
    let over = false;
    const answer = slow.execute(reads.db).finally(() => (over = true));
    let turns = 0;
    while (!over) {
      if (turns < 3) await write(`a${turns}`);
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
    }
    expect((await answer).rows).toEqual([{ n: 3_000_000 }]);
    expect(turns).toBeGreaterThan(20);
  }, 20_000);

  it('tells what is wrong with a question, and answers the next', async () => {
    await expect(sql`select missing from attempts`.execute(reads.db)).rejects.toThrow('no such column');
    expect(await read()).toEqual([]);
  });

  it('never writes', async () => {
    await expect(sql`delete from attempts`.execute(reads.db)).rejects.toThrow('readonly');
    await expect(reads.db.transaction().execute(async () => undefined)).rejects.toThrow('only reads');
  });

  it('ends with a question under way, which is told so', async () => {
    await read();
    const refused = slow.execute(reads.db).catch((error: unknown) => error);
    await new Promise((resolve) => setImmediate(resolve));
    await reads.close();
    expect(await refused).toMatchObject({ message: expect.stringContaining('has ended') });
  }, 20_000);
});
