import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { temporaryFolder } from '../../../../test/support/server.js';
import { readRecords } from '../records/read-records.js';
import { attemptRecord, completionRecord, message } from '../records/records.fixture.js';
import { Ledger } from './ledger.js';
import { openDatabase } from './open-database.js';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeEach(async () => (folder = await temporaryFolder()));
afterEach(() => folder.remove());

describe('migrate', () => {
  it('brings a ledger from before purposes, continuations and the history of health up to date', async () => {
    const file = join(folder.path, 'ledger.sqlite');
    const before = await openDatabase({ file, onIdleError: () => undefined });
    const records = [
      attemptRecord(),
      attemptRecord({ attemptId: 'attempt-2', number: 2 }),
      completionRecord({ attempts: 2 }),
    ];
    await new Ledger(before).apply(readRecords([message(...records)]));
    await before.destroy();
    const old = new DatabaseSync(file);
    old.exec('alter table attempts drop column purpose; alter table completions drop column continuations');
    old.exec('drop table health_changes; delete from schema_steps where step >= 3');
    old.close();

    const db = await openDatabase({ file, onIdleError: () => undefined });
    const attempts = await db.selectFrom('attempts').select(['number', 'purpose']).orderBy('number').execute();
    const completions = await db.selectFrom('completions').select('continuations').execute();
    const changes = await db.selectFrom('healthChanges').selectAll().execute();
    await db.destroy();
    expect(attempts).toEqual([
      { number: 1, purpose: 'first' },
      { number: 2, purpose: 'failover' },
    ]);
    expect([completions, changes]).toEqual([[{ continuations: 0 }], []]);
  });
});
