import { GatewayError, isJsonObject } from '#libs/kernel';
import { CamelCasePlugin, Kysely, type Dialect } from 'kysely';
import { migrate } from './migrations.js';
import { postgresDialect } from './postgres-dialect.js';
import { sqliteDialect } from './sqlite-dialect.js';
import type { LedgerTables } from './tables.js';

export interface DatabaseOptions {
  /** A PostgreSQL server; without one, the file. */
  readonly url?: string;
  readonly file: string;
  readonly onIdleError: (error: Error) => void;
}

/**
 * Opens the ledger's database and brings its schema up to date.
 * @throws GatewayError `not_ready` naming the setting to look at; never the URL, which may hold a password.
 */
export async function openDatabase(options: DatabaseOptions): Promise<Kysely<LedgerTables>> {
  const { url, file, onIdleError } = options;
  if (url === undefined) return open(() => sqliteDialect(file), `the file ${file} (BREAKWATER_LEDGER_FILE)`);
  return open(() => postgresDialect(url, onIdleError), 'the server at DATABASE_URL');
}

async function open(dialect: () => Dialect, place: string): Promise<Kysely<LedgerTables>> {
  let db: Kysely<LedgerTables> | undefined;
  try {
    db = new Kysely<LedgerTables>({ dialect: dialect(), plugins: [new CamelCasePlugin()] });
    await migrate(db);
    return db;
  } catch (cause) {
    await db?.destroy();
    const why = isJsonObject(cause) && typeof cause['code'] === 'string' ? ` (${cause['code']})` : '';
    throw new GatewayError('not_ready', `the ledger cannot be opened in ${place}${why}`, { cause });
  }
}
