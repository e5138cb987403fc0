import { sql, type ExpressionBuilder, type Kysely } from 'kysely';
import type { LedgerTables } from '../ledger/tables.js';
import type { UsageDimension, UsageQuery } from './usage-query.js';

interface UsageSums {
  /** Requests with an attempt in the group. One that failed over counts in every group it touched, and once in the totals. */
  readonly calls: number;
  readonly attempts: number;
  readonly failedAttempts: number;
  /** Those whose tokens and cost are our estimate, since their provider did not get to count. */
  readonly estimatedAttempts: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  /** Micro-units of the currency. */
  readonly costMicros: number;
}

type UsageGroup = UsageSums & { readonly [dimension in UsageDimension]?: string };

export interface UsageReport {
  readonly from: string;
  readonly to?: string;
  readonly groupBy: readonly UsageDimension[];
  /** Newest day first. */
  readonly rows: readonly UsageGroup[];
  /** Over everything that matched, also what `rows` left out. */
  readonly totals: UsageSums;
  /** There are more groups than the limit. */
  readonly truncated: boolean;
}

/** What was used, summed over attempts: failed ones are paid for too. */
export async function usageReport(db: Kysely<LedgerTables>, query: UsageQuery): Promise<UsageReport> {
  const { from, to, groupBy, limit } = query;
  const matching = matchingAttempts(db, query);
  const newestFirst = groupBy.toSorted((a, b) => Number(b === 'day') - Number(a === 'day'));
  let groups = matching
    .select(groupBy)
    .select(sums)
    .groupBy(groupBy)
    .limit(limit + 1);
  for (const column of newestFirst) groups = groups.orderBy(column, column === 'day' ? 'desc' : 'asc');
  const rows = await groups.execute();
  const totals = await matching.select(sums).executeTakeFirstOrThrow();
  return {
    from,
    ...(to === undefined ? {} : { to }),
    groupBy,
    rows: rows.slice(0, limit),
    totals,
    truncated: rows.length > limit,
  };
}

function matchingAttempts(db: Kysely<LedgerTables>, { from, to, filters }: UsageQuery) {
  let matching = db.selectFrom('attempts').where('day', '>=', from);
  if (to !== undefined) matching = matching.where('day', '<=', to);
  return matching.where((attempt) => attempt.and(filters));
}

function sums(attempt: ExpressionBuilder<LedgerTables, 'attempts'>) {
  const { fn } = attempt;
  const total = (column: 'inputTokens' | 'outputTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'costMicros') =>
    fn.coalesce(fn.sum<number>(column), sql.lit(0)).as(column);
  return [
    fn.count<number>('requestId').distinct().as('calls'),
    fn.countAll<number>().as('attempts'),
    fn.countAll<number>().filterWhere('outcome', '=', 'failed').as('failedAttempts'),
    fn.countAll<number>().filterWhere('usageEstimated', '=', 1).as('estimatedAttempts'),
    total('inputTokens'),
    total('outputTokens'),
    total('cacheReadTokens'),
    total('cacheWriteTokens'),
    total('costMicros'),
  ] as const;
}
