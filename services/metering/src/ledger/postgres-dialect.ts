import { PostgresDialect, type Dialect } from 'kysely';
import { Pool, types } from 'pg';

const POOL_SIZE = 4;
const CONNECT_TIMEOUT_MS = 5000;
const STATEMENT_TIMEOUT_MS = 30_000;

/** Kysely on a PostgreSQL server. `onIdleError` hears of connections lost while nobody used them; they are replaced. */
export function postgresDialect(url: string, onIdleError: (error: Error) => void): Dialect {
  const pool = new Pool({
    connectionString: url,
    application_name: 'breakwater-metering',
    max: POOL_SIZE,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    types: { getTypeParser: parserOf },
  });
  pool.on('error', onIdleError);
  return new PostgresDialect({ pool });
}

/** `bigint`, and what sums of it are; the driver would give text. */
const exactIntegers: ReadonlySet<number> = new Set([types.builtins.INT8, types.builtins.NUMERIC]);

function parserOf(oid: number, format?: 'text' | 'binary'): unknown {
  return exactIntegers.has(oid) ? safeInteger : types.getTypeParser(oid, format);
}

function safeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} is beyond exact integers`);
  return value;
}
