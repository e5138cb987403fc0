import { describe, expect, it } from '@jest/globals';
import { readUsageQuery } from './usage-query.js';

const NOW = Date.UTC(2026, 2, 10, 12);

describe('readUsageQuery', () => {
  it('asks for the last 30 days by key, model, channel and day where nothing is said', () => {
    expect(readUsageQuery({}, NOW)).toEqual({
      from: '2026-02-08',
      groupBy: ['key', 'model', 'channel', 'day'],
      filters: {},
      limit: 1000,
    });
  });

  it('takes every field', () => {
    const message = {
      from: '2026-01-01',
      to: '2026-01-31',
      groupBy: ['team'],
      route: 'fast',
      key: 'k',
      limit: 5,
      new: 1,
    };
    expect(readUsageQuery(message, NOW)).toEqual({
      from: '2026-01-01',
      to: '2026-01-31',
      groupBy: ['team'],
      filters: { route: 'fast', key: 'k' },
      limit: 5,
    });
  });

  it('counts the 30 days back from the last day asked for', () => {
    expect(readUsageQuery({ to: '2025-12-31' }, NOW)).toMatchObject({ from: '2025-12-01', to: '2025-12-31' });
  });

  it.each([
    ['to', { from: '2026-01-02', to: '2026-01-01' }],
    ['from', { from: '2026-02-30' }],
    ['from', { from: '2026-2-3' }],
    ['to', { to: 20260101 }],
    ['groupBy', { groupBy: [] }],
    ['groupBy', { groupBy: 'key' }],
    ['groupBy', { groupBy: ['key', 'key'] }],
    ['groupBy', { groupBy: ['key', 'costMicros'] }],
    ['groupBy', { groupBy: ['constructor'] }],
    ['key', { key: ['a'] }],
    ['limit', { limit: 0 }],
    ['limit', { limit: 10_001 }],
    ['limit', { limit: '10' }],
  ])('names %s where it is wrong: %j', (field, message) => {
    expect(() => readUsageQuery(message, NOW)).toThrow(expect.objectContaining({ field, status: 400 }));
  });

  it.each([[null], ['text'], [[]]])('refuses %j', (message) => {
    expect(() => readUsageQuery(message, NOW)).toThrow('a usage query is a JSON object');
  });
});
