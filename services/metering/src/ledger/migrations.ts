import { PostgresAdapter, sql, type Kysely, type Transaction } from 'kysely';
import type { LedgerTables } from './tables.js';

type Step = (transaction: Transaction<LedgerTables>) => Promise<void>;

/** In order, each run once in the ledger's life. Append only: what has run somewhere is never edited. */
const steps: readonly Step[] = [
  createAttempts,
  createCompletions,
  markEstimates,
  addPurpose,
  addContinuations,
  createHealthChanges,
];

/** Brings the database to the newest schema. Any number of processes may do so at once. */
export async function migrate(db: Kysely<LedgerTables>): Promise<void> {
  const { adapter } = db.getExecutor();
  await db.transaction().execute(async (transaction) => {
    // SQLite's transaction is already exclusive; PostgreSQL takes one lock, which ends with the transaction.
    if (adapter instanceof PostgresAdapter) await sql`select pg_advisory_xact_lock(7309453282)`.execute(transaction);
    await sql`create table if not exists schema_steps (step integer primary key)`.execute(transaction);
    const { rows } = await sql<{ readonly done: number }>`select count(*) as done from schema_steps`.execute(
      transaction,
    );
    const done = rows[0]?.done ?? 0;
    for (const [step, run] of steps.entries()) {
      if (step < done) continue;
      await run(transaction);
      await sql`insert into schema_steps (step) values (${step})`.execute(transaction);
    }
  });
}

async function createAttempts(transaction: Transaction<LedgerTables>): Promise<void> {
  await sql`create table attempts (
    attempt_id text primary key, request_id text not null, number bigint not null,
    day text not null, started_at bigint not null, first_token_ms bigint, duration_ms bigint not null,
    tenant text not null, team text not null, agent text not null, key text not null,
    route text not null, pinned_model text not null, model text not null,
    target text not null, channel text not null, provider text not null,
    requested_version text not null, served_version text,
    outcome text not null, fault text, status bigint,
    input_tokens bigint not null, output_tokens bigint not null,
    cache_read_tokens bigint not null, cache_write_tokens bigint not null,
    cost_micros bigint not null, revision bigint not null, dispatcher text not null, traceparent text
  )`.execute(transaction);
  await sql`create index attempts_by_request on attempts (request_id)`.execute(transaction);
  await sql`create index attempts_by_day on attempts (day)`.execute(transaction);
}

async function createCompletions(transaction: Transaction<LedgerTables>): Promise<void> {
  await sql`create table completions (
    request_id text primary key, day text not null, started_at bigint not null,
    first_byte_ms bigint, duration_ms bigint not null,
    tenant text not null, team text not null, agent text not null, key text not null,
    surface text not null, stream bigint not null, route text not null, pinned_model text not null,
    outcome text not null, status bigint not null, error_code text,
    model text, served_version text, channel text, attempts bigint not null, substitution_reason text,
    input_tokens bigint not null, output_tokens bigint not null,
    cache_read_tokens bigint not null, cache_write_tokens bigint not null,
    cost_micros bigint not null, delivered_bytes bigint not null, revision bigint not null, traceparent text
  )`.execute(transaction);
  await sql`create index completions_by_day on completions (day)`.execute(transaction);
}

/** Rows from before this are as their providers counted, or zero. */
async function markEstimates(transaction: Transaction<LedgerTables>): Promise<void> {
  await sql`alter table attempts add column usage_estimated bigint not null default 0`.execute(transaction);
  await sql`alter table completions add column usage_estimated bigint not null default 0`.execute(transaction);
}

async function addPurpose(transaction: Transaction<LedgerTables>): Promise<void> {
  await sql`alter table attempts add column purpose text not null default 'first'`.execute(transaction);
  // Until then another attempt was only ever made at another target.
  await sql`update attempts set purpose = 'failover' where number > 1`.execute(transaction);
}

async function addContinuations(transaction: Transaction<LedgerTables>): Promise<void> {
  await sql`alter table completions add column continuations bigint not null default 0`.execute(transaction);
}

async function createHealthChanges(transaction: Transaction<LedgerTables>): Promise<void> {
  await sql`create table health_changes (
    target text not null, version bigint not null, at bigint not null,
    from_phase text not null, to_phase text not null, reason text not null,
    actor text not null, note text, state text not null,
    primary key (target, version)
  )`.execute(transaction);
  await sql`create index health_changes_by_time on health_changes (at)`.execute(transaction);
}
