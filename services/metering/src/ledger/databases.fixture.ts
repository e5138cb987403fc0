import { join } from 'node:path';
import { sql, type Kysely } from 'kysely';
import { startPostgres } from '../../../../test/support/postgres.js';
import { temporaryFolder } from '../../../../test/support/server.js';
import { openDatabase } from './open-database.js';
import type { LedgerTables } from './tables.js';

export interface TestDatabase {
  /** Another connection to the same database, as another process would have. */
  open(): Promise<Kysely<LedgerTables>>;
  /** With all connections to it. */
  remove(): Promise<void>;
}

// A server that stops takes leave of connections that are closing already.
const onIdleError = (): void => undefined;

async function sqliteFile(): Promise<TestDatabase> {
  const folder = await temporaryFolder();
  const file = join(folder.path, 'new', 'ledger.sqlite');
  return testDatabase(() => openDatabase({ file, onIdleError }), folder.remove);
}

async function postgresServer(): Promise<TestDatabase> {
  const server = await startPostgres();
  return testDatabase(
    () => openDatabase({ url: server.url, file: '', onIdleError }),
    () => server.stop(),
  );
}

function testDatabase(connect: TestDatabase['open'], remove: TestDatabase['remove']): TestDatabase {
  const opened: Kysely<LedgerTables>[] = [];
  return {
    open: async () => {
      const db = await connect();
      opened.push(db);
      return db;
    },
    remove: async () => {
      await Promise.all(opened.map((db) => db.destroy()));
      await remove();
    },
  };
}

/** What the ledger can be kept in: it must not matter. */
export const databases = [
  ['SQLite', sqliteFile],
  ['PostgreSQL', postgresServer],
] as const;

export async function empty(db: Kysely<LedgerTables>): Promise<void> {
  await sql`delete from attempts`.execute(db);
  await sql`delete from completions`.execute(db);
  await sql`delete from health_changes`.execute(db);
}
