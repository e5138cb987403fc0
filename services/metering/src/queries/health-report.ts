import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import type { Kysely } from 'kysely';
import type { HealthChangeRow, LedgerTables } from '../ledger/tables.js';
import type { HealthQuery } from './health-query.js';

/** What a state holds beyond the columns that can be asked for. */
const details = ['until', 'openings', 'share', 'gates', 'evidence', 'outage'] as const;

export type HealthChangeReport = Omit<HealthChangeRow, 'state'> & {
  readonly [detail in (typeof details)[number]]?: unknown;
};

export interface HealthReport {
  /** Newest first. */
  readonly changes: readonly HealthChangeReport[];
  /** There are more than the limit. */
  readonly truncated: boolean;
}

/** How targets fared: every change of their states, with the evidence. */
export async function healthReport(db: Kysely<LedgerTables>, query: HealthQuery): Promise<HealthReport> {
  const { target, from, to, limit } = query;
  let matching = db.selectFrom('healthChanges').selectAll();
  if (target !== undefined) matching = matching.where('target', '=', target);
  if (from !== undefined) matching = matching.where('at', '>=', from);
  if (to !== undefined) matching = matching.where('at', '<', to);
  const newestFirst = matching.orderBy('at', 'desc').orderBy('target').orderBy('version', 'desc');
  const rows = await newestFirst.limit(limit + 1).execute();
  return { changes: rows.slice(0, limit).map(reported), truncated: rows.length > limit };
}

function reported({ state, ...row }: HealthChangeRow): HealthChangeReport {
  const parsed = parseJson(state);
  const kept: JsonObject = isJsonObject(parsed) ? parsed : {};
  return { ...row, ...Object.fromEntries(details.flatMap((name) => (name in kept ? [[name, kept[name]]] : []))) };
}
