import { sql, type Kysely, type OnConflictBuilder } from 'kysely';
import type { FaultClass } from '#libs/contracts';
import { RepeatedInsert } from './repeated-insert.js';
import type { AttemptRow, CompletionRow, HealthChangeRow, LedgerTables } from './tables.js';

export interface LedgerRows {
  readonly attempts: readonly AttemptRow[];
  readonly completions: readonly CompletionRow[];
}

/** What was spent and received. Applying the same rows again, in any order, any number of times, changes nothing. */
export class Ledger {
  private readonly attempts = new RepeatedInsert<AttemptRow>((db, rows) =>
    db
      .insertInto('attempts')
      .values(rows)
      .onConflict((known) => toldInstead(known.column('attemptId'), rows)),
  );
  private readonly completions = new RepeatedInsert<CompletionRow>((db, rows) =>
    db
      .insertInto('completions')
      .values(rows)
      .onConflict((known) => known.column('requestId').doNothing()),
  );
  private readonly healthChanges = new RepeatedInsert<HealthChangeRow>((db, rows) =>
    db
      .insertInto('healthChanges')
      .values(rows)
      .onConflict((known) => known.columns(['target', 'version']).doNothing()),
  );

  constructor(readonly db: Kysely<LedgerTables>) {}

  /**
   * All of the rows or, when it rejects, none. A row whose id is known already is left as it first was, but for one: an
   * attempt that ingress held for lost, whose dispatcher came to itself and says how it went.
   */
  async apply({ attempts, completions }: LedgerRows): Promise<void> {
    // One order for all writers, so that two batches with rows in common cannot wait for each other.
    const attemptRows = once(attempts).toSorted((a, b) => order(a.attemptId, b.attemptId));
    const completionRows = completions.toSorted((a, b) => order(a.requestId, b.requestId));
    await this.db.transaction().execute(async (transaction) => {
      await this.attempts.apply(transaction, attemptRows);
      await this.completions.apply(transaction, completionRows);
    });
  }

  /** All of the changes or none; one that is known already is left as it first was. */
  async applyHealth(changes: readonly HealthChangeRow[]): Promise<void> {
    const rows = changes.toSorted((a, b) => order(a.target, b.target) || a.version - b.version);
    await this.db.transaction().execute((transaction) => this.healthChanges.apply(transaction, rows));
  }

  async close(): Promise<void> {
    await this.db.destroy();
  }
}

const LOST = 'dispatcher_lost' satisfies FaultClass;

/** No id twice, since a statement may touch a row once: what is told before what is presumed, else the first. */
function once(rows: readonly AttemptRow[]): readonly AttemptRow[] {
  const byId = new Map<string, AttemptRow>();
  for (const row of rows) {
    const known = byId.get(row.attemptId);
    if (!known || (known.fault === LOST && row.fault !== LOST)) byId.set(row.attemptId, row);
  }
  return [...byId.values()];
}

/** What is told takes the place of what was presumed. */
function toldInstead(known: OnConflictBuilder<LedgerTables, 'attempts'>, [row]: readonly AttemptRow[]) {
  const columns = Object.keys(row ?? {});
  return known
    .doUpdateSet(Object.fromEntries(columns.map((column) => [column, sql.ref(`excluded.${column}`)])))
    .where('attempts.fault', '=', LOST)
    .where('excluded.fault', 'is distinct from', LOST);
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
