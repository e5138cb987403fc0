import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Kysely } from 'kysely';
import type { AttemptRecord } from '#libs/contracts';
import { databases, empty, type TestDatabase } from '../ledger/databases.fixture.js';
import { Ledger } from '../ledger/ledger.js';
import type { LedgerTables } from '../ledger/tables.js';
import { readRecords } from '../records/read-records.js';
import { attemptRecord, completionRecord, message, NOON } from '../records/records.fixture.js';
import { callReport } from './call-report.js';
import { readUsageQuery } from './usage-query.js';
import { usageReport } from './usage-report.js';

const DAY = 86_400_000;

/** A call that failed over, one that did not, and one of the day before by another key. */
const attempts: readonly AttemptRecord[] = [
  attemptRecord({ attemptId: 'a1', requestId: 'r1', outcome: 'failed', fault: 'overloaded', costMicros: 0 }),
  attemptRecord({ attemptId: 'a2', requestId: 'r1', number: 2, purpose: 'failover', channel: 'backup' }),
  attemptRecord({ attemptId: 'a3', requestId: 'r2', model: 'small', route: 'cheap' }),
  attemptRecord({
    attemptId: 'a4',
    requestId: 'r3',
    startedAt: NOON - DAY,
    principal: { tenant: 'acme', team: 'ops', agent: 'bot', key: "key'2" },
  }),
];

describe.each(databases)('reports from %s', (_name, create) => {
  let database: TestDatabase;
  let db: Kysely<LedgerTables>;

  const usage = (query: object) => usageReport(db, readUsageQuery(query, NOON));
  const fill = (records: readonly AttemptRecord[]) => new Ledger(db).apply(readRecords([message(...records)]));

  beforeAll(async () => {
    database = await create();
    db = await database.open();
  }, 60_000);
  afterAll(() => database.remove());
  beforeEach(() => empty(db));

  it('sums by key, model, channel and day, newest first, and over all', async () => {
    await fill(attempts);
    const report = await usage({});
    const group = { key: 'key-1', model: 'gpt-5', day: '2026-03-10', calls: 1, attempts: 1, failedAttempts: 0 };
    expect(report.rows).toEqual([
      expect.objectContaining({ ...group, channel: 'backup', costMicros: 700 }),
      expect.objectContaining({ ...group, channel: 'primary', failedAttempts: 1, costMicros: 0 }),
      expect.objectContaining({ ...group, model: 'small', channel: 'primary' }),
      expect.objectContaining({ ...group, key: "key'2", channel: 'primary', day: '2026-03-09' }),
    ]);
    expect(report.totals).toEqual({
      calls: 3,
      attempts: 4,
      failedAttempts: 1,
      estimatedAttempts: 0,
      inputTokens: 400,
      outputTokens: 80,
      cacheReadTokens: 40,
      cacheWriteTokens: 20,
      costMicros: 2100,
    });
    expect(report).toMatchObject({ from: '2026-02-08', truncated: false });
  });

  it('groups by any dimension, and gives only what it grouped by', async () => {
    await fill(attempts);
    const { rows } = await usage({ groupBy: ['team', 'route'] });
    expect(rows.map(({ team, route, day, calls }) => [team, route, day, calls])).toEqual([
      ['ops', 'fast', undefined, 1],
      ['search', 'cheap', undefined, 1],
      ['search', 'fast', undefined, 1],
    ]);
  });

  it.each([
    [{ key: "key'2" }, 1],
    [{ key: "' or 1=1 --" }, 0],
    [{ key: 'nul\0' }, 0],
    [{ model: 'small', route: 'cheap' }, 1],
    [{ purpose: 'failover' }, 1],
    [{ channel: 'backup', tenant: 'acme', agent: 'crawler' }, 1],
    [{ from: '2026-03-10' }, 3],
    [{ to: '2026-03-09' }, 1],
    [{ from: '2026-03-11' }, 0],
  ])('filters by %j', async (query, count) => {
    await fill(attempts);
    expect((await usage(query)).totals.attempts).toBe(count);
  });

  it('says so where there are more groups than asked for, and still sums all', async () => {
    await fill(attempts);
    const report = await usage({ limit: 2 });
    expect([report.rows.length, report.truncated, report.totals.attempts]).toEqual([2, true, 4]);
  });

  it('adds nothing up to zero', async () => {
    expect(await usage({})).toMatchObject({ rows: [], totals: { calls: 0, attempts: 0, costMicros: 0 } });
  });

  it('sums beyond 32 bits exactly', async () => {
    const many = Array.from({ length: 100 }, (_, at) =>
      attemptRecord({ attemptId: `m${at}`, costMicros: 999_999_999_999 }),
    );
    await fill(many);
    expect((await usage({})).totals.costMicros).toBe(99_999_999_999_900);
  });

  it('tells a call as it went', async () => {
    await fill(attempts);
    await new Ledger(db).apply(
      readRecords([message(completionRecord({ requestId: 'r1', attempts: 2, channel: 'backup' }))]),
    );
    expect(await callReport(db, { requestId: 'r1' })).toMatchObject({
      completion: { outcome: 'ok', attempts: 2, channel: 'backup', continuations: 0 },
      attempts: [
        { attemptId: 'a1', outcome: 'failed', fault: 'overloaded', channel: 'primary' },
        { attemptId: 'a2', outcome: 'ok', fault: null, channel: 'backup', purpose: 'failover' },
      ],
    });
    expect(await callReport(db, { requestId: 'r2' })).toMatchObject({
      completion: null,
      attempts: [{ attemptId: 'a3' }],
    });
  });

  it.each([
    [{ requestId: 'nobody' }, 'not_found'],
    [{ requestId: 'nul\0' }, 'not_found'],
    [{}, 'invalid_type'],
    [null, 'invalid_type'],
  ])('refuses a query for the call %j', async (query, code) => {
    await expect(callReport(db, query)).rejects.toMatchObject({ code });
  });
});
