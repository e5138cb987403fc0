import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { isJsonObject, systemClock } from '#libs/kernel';
import {
  CompiledQuery,
  SqliteAdapter,
  SqliteDriver,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Dialect,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely';

/** How long a statement may hold up this process for another process's lock. */
const BLOCK_MS = 20;
/** How long a transaction waits for its turn, letting this process go on between its tries. */
const TURN_MS = 15_000;
const TRY_AGAIN_MS = 5;
/** Preparing an insert of many rows costs as much as running it: the same few come again with every batch. */
const MOST_PREPARED = 32;

/** Kysely on Node's own SQLite. What is committed survives the loss of power: write-ahead log, synced at each commit. */
export function sqliteDialect(file: string): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new ImmediateSqliteDriver({ database: async () => openFile(file) }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

/** All our transactions write: one that begins as a reader would fail, not wait, when another writes first. */
class ImmediateSqliteDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const latest = systemClock.monotonic() + TURN_MS;
    for (;;) {
      try {
        await connection.executeQuery(CompiledQuery.raw('begin immediate'));
        return;
      } catch (error) {
        if (!isBusy(error) || systemClock.monotonic() > latest) throw error;
        await setTimeout(TRY_AGAIN_MS);
      }
    }
  }
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return isJsonObject(error) && error['errcode'] === SQLITE_BUSY;
}

function openFile(file: string): SqliteDatabase {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: BLOCK_MS });
  database.exec('pragma journal_mode = wal; pragma synchronous = full');
  const known = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const statement = known.get(sql) ?? prepared(database, sql);
      // Set anew, so that the one that was not used for longest stands first.
      known.delete(sql);
      known.set(sql, statement);
      const [oldest] = known.keys();
      if (known.size > MOST_PREPARED && oldest !== undefined) known.delete(oldest);
      return statement;
    },
  };
}

function prepared(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...parameters.map(inputValue)),
    run: (parameters) => statement.run(...parameters.map(inputValue)),
    iterate: (parameters) => statement.iterate(...parameters.map(inputValue)),
  };
}

function inputValue(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint')
    return value;
  throw new TypeError(`SQLite takes no ${typeof value}`);
}
