import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRecords } from './read-records.js';
import { attemptRecord, completionRecord, message, NOON } from './records.fixture.js';

describe('readRecords', () => {
  it('makes flat rows of both kinds, in whole milliseconds and with the UTC day', () => {
    const failed = attemptRecord({
      outcome: 'failed',
      fault: 'overloaded',
      status: 529,
      startedAt: NOON + 11.9 * 3_600_000,
    });
    const read = readRecords([message(failed, completionRecord({ firstByteMs: 200.6 }))]);
    expect(read.bad).toEqual([]);
    expect(read.attempts).toMatchObject([
      {
        attemptId: 'attempt-1',
        day: '2026-03-10',
        tenant: 'acme',
        key: 'key-1',
        fault: 'overloaded',
        status: 529,
        durationMs: 812,
      },
    ]);
    expect(read.attempts[0]).toMatchObject({
      inputTokens: 100,
      cacheWriteTokens: 5,
      servedVersion: null,
      traceparent: null,
    });
    expect(read.completions).toMatchObject([{ stream: 1, firstByteMs: 201, errorCode: null, deliveredBytes: 4096 }]);
  });

  it('knows an estimate, and a record from before there were any', () => {
    const { attempts, completions } = readRecords([
      message(attemptRecord({ usageEstimated: true }), attemptRecord(), completionRecord({ usageEstimated: true })),
    ]);
    expect([...attempts, ...completions].map(({ usageEstimated }) => usageEstimated)).toEqual([1, 0, 1]);
  });

  it('knows what records of an older dispatcher or ingress do not say', () => {
    const { purpose: _first, ...first } = attemptRecord();
    const { purpose: _second, ...second } = attemptRecord({ attemptId: 'attempt-2', number: 2 });
    const probe = attemptRecord({ attemptId: 'attempt-3', purpose: 'probe' });
    const lines = [first, second, probe, completionRecord(), completionRecord({ continuations: 2 })];
    const read = readRecords([Buffer.from(lines.map((record) => JSON.stringify(record)).join('\n'))]);
    expect(read.attempts.map(({ purpose }) => purpose)).toEqual(['first', 'failover', 'probe']);
    expect(read.completions.map(({ continuations }) => continuations)).toEqual([0, 2]);
  });

  it('keeps the good lines of a message with bad ones, whatever is between them', () => {
    const lines = [
      message(attemptRecord()),
      '\n\nnot json\n',
      '{"kind":"attempt","v":1',
      '\n',
      message(completionRecord()),
    ];
    const read = readRecords([Buffer.concat(lines.map((line) => Buffer.from(line)))]);
    expect([read.attempts.length, read.completions.length]).toEqual([1, 1]);
    expect(read.bad.map(({ line }) => line)).toEqual(['not json', '{"kind":"attempt","v":1']);
  });

  it.each([
    ['an unknown kind', { kind: 'invoice' }, 'kind is none of attempt, completion'],
    ['a version to come', { v: 2 }, 'v is not 1'],
    ['no id', { attemptId: '' }, 'attemptId is not'],
    ['an id beyond any index', { attemptId: 'x'.repeat(129) }, 'attemptId is not'],
    ['money in fractions', { costMicros: 0.5 }, 'costMicros is not an integer'],
    ['negative money', { costMicros: -1 }, 'costMicros is not a number'],
    ['money as text', { costMicros: '700' }, 'costMicros is not a number'],
    ['money beyond reason', { costMicros: 1e15 }, 'costMicros is not a number'],
    ['an unknown outcome', { outcome: 'great' }, 'outcome is none of'],
    ['no principal', { principal: null }, 'principal is not an object'],
    ['a principal in part', { principal: { tenant: 'a', team: 'b', agent: 'c' } }, 'principal.key is not a string'],
    ['tokens in part', { usage: { inputTokens: 1 } }, 'usage.outputTokens is not a number'],
    ['a time without a day', { startedAt: 1e300 }, 'startedAt is not a number'],
    ['a status as text', { status: 'ok' }, 'status is not a number'],
  ])('sets apart %s and says why', (_name, changes, reason) => {
    const line = JSON.stringify({ ...attemptRecord(), ...changes });
    const read = readRecords([Buffer.from(line)]);
    expect(read.attempts).toEqual([]);
    expect(read.bad).toEqual([{ line, reason: expect.stringContaining(reason) }]);
  });

  it('sets apart a number that JSON can write and no ledger can hold', () => {
    const line = JSON.stringify(attemptRecord()).replace('"costMicros":700', '"costMicros":1e999');
    expect(readRecords([Buffer.from(line)]).bad).toHaveLength(1);
  });

  it('cuts and cleans what a provider wrote rather than lose what it cost', () => {
    const [row] = readRecords([message(attemptRecord({ servedVersion: `a\0\uD800${'b'.repeat(9999)}` }))]).attempts;
    expect(row?.servedVersion).toMatch(/^a\uFFFD\uFFFDb{509}$/);
  });

  it('never throws, and accounts for every line, whatever the bytes', () => {
    const anyLine = fc.oneof(
      fc.json(),
      fc.string(),
      fc.constant(JSON.stringify(attemptRecord())),
      fc
        .record({ v: fc.constant(1), kind: fc.constantFrom('attempt', 'completion'), usage: fc.anything() })
        .map((r) => JSON.stringify(r)),
    );
    const oneLine = anyLine.filter((line) => line.trim() !== '' && !line.includes('\n'));
    fc.assert(
      fc.property(fc.array(fc.array(oneLine)), (messages) => {
        const read = readRecords(messages.map((lines) => Buffer.from(lines.join('\n'))));
        expect(read.attempts.length + read.completions.length + read.bad.length).toBe(messages.flat().length);
      }),
    );
  });
});
