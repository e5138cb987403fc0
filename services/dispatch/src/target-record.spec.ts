import { describe, expect, it } from '@jest/globals';
import type { FaultClass, LimitReading } from '#libs/contracts';
import type { AttemptResult } from './attempt-result.js';
import { resolved } from './domain/targets.fixture.js';
import { TargetRecord } from './target-record.js';

const NOW = 1_000_000;
const need = { requests: 1, inputTokens: 100, outputTokens: 100 } as const;
const { target } = resolved('gpt-5@primary');
const ended = (changes: Partial<AttemptResult> = {}): AttemptResult => {
  return { outcome: 'ok', committed: false, sent: true, limits: [], durationMs: 5, ...changes };
};
const failed = (fault: FaultClass): AttemptResult => ended({ outcome: 'failed', fault });
const asked = (now = NOW, careful = false, patient = true) => ({ now, careful, patient });

describe('TargetRecord', () => {
  it('has room for as many calls as its operator allows, and again when one has ended', () => {
    const record = new TargetRecord();
    const limited = { ...target, limits: { concurrency: 2 } };
    const places = [record.begin(need, NOW), record.begin(need, NOW)];
    expect(record.room(limited, need, asked()).untilMs).toBeGreaterThan(NOW);
    for (const place of places) record.end(place, failed('hang'), NOW);
    expect(record.inFlight).toBe(0);
    expect(record.room(limited, need, asked()).untilMs).toBe(0);
  });

  it('lets one call of any size through where it has no other', () => {
    const record = new TargetRecord();
    const limited = { ...target, limits: { tokensInFlight: 150 } };
    expect(record.room(limited, need, asked()).untilMs).toBe(0);
    const place = record.begin(need, NOW);
    expect(record.room(limited, need, asked()).untilMs).toBeGreaterThan(NOW);
    record.end(place, ended(), NOW);
    expect(record.room(limited, need, asked()).untilMs).toBe(0);
  });

  it('starts slowly where traffic shifts to it', () => {
    const record = new TargetRecord();
    for (let n = 0; n < 8; n += 1) record.begin(need, NOW);
    expect(record.room(target, need, asked(NOW, true)).untilMs).toBeGreaterThan(NOW);
    expect(record.room(target, need, asked(NOW, false)).untilMs).toBe(0);
  });

  it('is full when the provider says so, until it is not, and is not asked every millisecond', () => {
    const record = new TargetRecord();
    const limits: readonly LimitReading[] = [{ kind: 'tokens', limit: 60_000, remaining: 190, resetMs: 60_000 }];
    record.end(record.begin(need, NOW), ended({ limits }), NOW);
    const { untilMs } = record.room(target, need, asked());
    expect(untilMs).toBe(NOW + 25);
    expect(record.room(target, need, asked(untilMs)).untilMs).toBe(0);
    expect(record.hasQuotaLeft(NOW)).toBe(true);
    expect(record.hasQuotaLeft(NOW + 120_000)).toBe(false);
  });

  it('gives back what a call without a reading took', () => {
    const record = new TargetRecord();
    const limits: readonly LimitReading[] = [{ kind: 'requests', limit: 10, remaining: 5, resetMs: 60_000 }];
    record.end(record.begin(need, NOW), ended({ limits }), NOW);
    const before = record.headroom(NOW);
    for (let n = 0; n < 100; n += 1) record.end(record.begin(need, NOW), failed('hang'), NOW);
    expect(record.headroom(NOW)).toBe(before);
  });

  it.each([
    ['provider_error', true],
    ['rate_limited', true],
    ['client_error', false],
    ['refused', false],
    ['context_length', false],
  ] as const)('takes %s for slow: %p', (fault, slow) => {
    const record = new TargetRecord();
    record.end(record.begin(need, NOW), ended({ firstTokenMs: 50 }), NOW);
    record.end(record.begin(need, NOW), failed(fault), NOW);
    expect(record.book.score(0, NOW) > 1000).toBe(slow);
  });
});
