import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isJsonObject, type JsonObject } from '#libs/kernel';
import type { AttemptRow, CompletionRow } from '../../services/metering/src/ledger/tables.js';
import type { TestGateway } from '../support/gateway.js';

export interface LedgerRows {
  /** In the order they began. */
  readonly attempts: readonly AttemptRow[];
  readonly completions: readonly CompletionRow[];
}

/** What metering has written so far of calls that began at this time or later, milliseconds since the Unix epoch. */
export function ledgerRows({ stateDirectory }: TestGateway, since = 0): LedgerRows {
  const database = new DatabaseSync(join(stateDirectory, 'ledger.sqlite'), { readOnly: true });
  try {
    const rowsOf = (table: string): readonly unknown[] =>
      database.prepare(`select * from ${table} where started_at >= ? order by started_at`).all(since).map(camelCased);
    return {
      attempts: rowsOf('attempts').filter(isAttemptRow),
      completions: rowsOf('completions').filter(isCompletionRow),
    };
  } finally {
    database.close();
  }
}

const isAttemptRow = (row: unknown): row is AttemptRow => isJsonObject(row) && 'attemptId' in row;
const isCompletionRow = (row: unknown): row is CompletionRow => isJsonObject(row) && 'deliveredBytes' in row;

function camelCased(row: JsonObject): JsonObject {
  const named = (column: string): string => column.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [named(column), value]));
}
