import { CompiledQuery, type Compilable, type Kysely } from 'kysely';
import type { LedgerTables } from './tables.js';

/** Rows of one statement: bounded by the parameters that one may have, and few sizes, so that their texts are the same. */
const SIZES = [128, 32, 8, 1] as const;

interface Insert {
  readonly sql: string;
  readonly columns: readonly string[];
  /** Parameters behind those of the rows. */
  readonly rest: readonly unknown[];
}

/**
 * Inserts of one kind, each size compiled once: building the query anew for every batch costs more than running it.
 * All rows have the same columns.
 */
export class RepeatedInsert<Row extends object> {
  private readonly known = new Map<number, Insert>();

  constructor(private readonly build: (db: Kysely<LedgerTables>, rows: readonly Row[]) => Compilable) {}

  async apply(db: Kysely<LedgerTables>, rows: readonly Row[]): Promise<void> {
    let start = 0;
    for (const size of SIZES) {
      for (; rows.length - start >= size; start += size) {
        const some = rows.slice(start, start + size);
        const { sql, columns, rest } = this.insertOf(db, some);
        const values = some.flatMap((row) => valuesOf(row, columns));
        await db.executeQuery(CompiledQuery.raw(sql, [...values, ...rest]));
      }
    }
  }

  private insertOf(db: Kysely<LedgerTables>, rows: readonly Row[]): Insert {
    const known = this.known.get(rows.length);
    if (known) return known;
    const { sql, parameters } = this.build(db, rows).compile();
    const columns = Object.keys(rows[0] ?? {});
    const insert = { sql, columns, rest: parameters.slice(rows.length * columns.length) };
    this.known.set(rows.length, insert);
    return insert;
  }
}

function valuesOf(row: object, columns: readonly string[]): readonly unknown[] {
  const values: Readonly<Record<string, unknown>> = { ...row };
  return columns.map((column) => values[column]);
}
