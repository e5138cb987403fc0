import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Kysely } from 'kysely';
import type { HealthChange } from '#libs/contracts';
import { databases, empty, type TestDatabase } from '../ledger/databases.fixture.js';
import { Ledger } from '../ledger/ledger.js';
import type { LedgerTables } from '../ledger/tables.js';
import { readHealthChanges } from '../records/read-health-changes.js';
import { healthChange, NOON } from '../records/records.fixture.js';
import { readHealthQuery } from './health-query.js';
import { healthReport } from './health-report.js';

const MINUTE = 60_000;

const opened = healthChange();
const closed = healthChange(
  { phase: 'closed', until: 0, reason: 'none', evidence: [], version: 2 },
  { from: 'open', at: NOON + MINUTE },
);
const drained = healthChange(
  { target: 'gpt-5@backup', phase: 'drained', reason: 'operator', version: 1 },
  { actor: 'key-7', note: 'maintenance', at: NOON + 2 * MINUTE },
);
const all = [opened, closed, drained];

describe.each(databases)('healthReport from %s', (_name, create) => {
  let database: TestDatabase;
  let db: Kysely<LedgerTables>;

  const apply = (changes: readonly HealthChange[]) => {
    const payloads = changes.map((change) => Buffer.from(JSON.stringify(change)));
    return new Ledger(db).applyHealth(readHealthChanges(payloads).rows);
  };
  const report = (query: object) => healthReport(db, readHealthQuery(query));

  beforeAll(async () => {
    database = await create();
    db = await database.open();
  }, 60_000);
  afterAll(() => database.remove());
  beforeEach(() => empty(db));

  it('tells every change, newest first, with who and why', async () => {
    await apply(all);
    const { changes, truncated } = await report({});
    expect(truncated).toBe(false);
    expect(changes).toEqual([
      expect.objectContaining({
        target: 'gpt-5@backup',
        fromPhase: 'closed',
        toPhase: 'drained',
        reason: 'operator',
        actor: 'key-7',
        note: 'maintenance',
      }),
      expect.objectContaining({ target: 'gpt-5@primary', toPhase: 'closed', version: 2, actor: 'health', note: null }),
      expect.objectContaining({ toPhase: 'open', until: NOON + 5000, evidence: opened.state.evidence, gates: {} }),
    ]);
    expect(changes[0]).not.toHaveProperty('state');
  });

  it('has each change once, whatever is delivered again and in which order', async () => {
    await apply([drained, closed]);
    await apply([opened, closed, drained, { ...closed, actor: 'somebody else' }]);
    const { changes } = await report({});
    expect(changes.map(({ actor }) => actor)).toEqual(['key-7', 'health', 'health']);
  });

  it.each([
    [{ target: 'gpt-5@primary' }, 2],
    [{ target: "' or 1=1 --" }, 0],
    [{ from: '2026-03-10T12:01:00Z' }, 2],
    [{ to: '2026-03-10T12:01:00Z' }, 2],
    [{ from: '2026-03-10', to: '2026-03-10' }, 3],
    [{ from: '2026-03-11' }, 0],
    [{ to: '2026-03-09' }, 0],
  ])('filters by %j', async (query, count) => {
    await apply(all);
    expect((await report(query)).changes).toHaveLength(count);
  });

  it('says so where there are more than asked for', async () => {
    await apply(all);
    expect(await report({ limit: 2 })).toMatchObject({
      changes: [drained, closed].map(({ at }) => ({ at })),
      truncated: true,
    });
  });
});

describe('readHealthQuery', () => {
  it.each([
    ['target', { target: 1 }],
    ['from', { from: '2026-02-30' }],
    ['from', { from: 'yesterday' }],
    ['to', { to: '2026-01-01T10:00' }],
    ['to', { from: '2026-01-02', to: '2026-01-01' }],
    ['limit', { limit: 501 }],
    ['limit', { limit: '10' }],
  ])('names %s where it is wrong: %j', (field, message) => {
    expect(() => readHealthQuery(message)).toThrow(expect.objectContaining({ field, status: 400 }));
  });

  it.each([[null], ['text'], [[]]])('refuses %j', (message) => {
    expect(() => readHealthQuery(message)).toThrow('a health query is a JSON object');
  });
});

describe('readHealthChanges', () => {
  it('sets apart what it cannot read, and keeps the rest', () => {
    const payloads = [
      JSON.stringify(opened),
      'torn {',
      JSON.stringify({ ...closed, v: 2 }),
      JSON.stringify({ v: 1, at: 1 }),
    ];
    const read = readHealthChanges(payloads.map((payload) => Buffer.from(payload)));
    expect(read.rows).toHaveLength(1);
    expect(read.bad.map(({ reason }) => reason)).toEqual([
      'the message is not a JSON object',
      'v is not 1, the only version known here',
      'state is not an object',
    ]);
  });
});
