import { describe, expect, it } from '@jest/globals';
import { newCongestion, noteRateLimit, type RateLimited } from './congestion.js';

const limited = (credential: string, now: number, part: Partial<RateLimited> = {}): RateLimited => ({
  credential,
  provider: 'openai',
  model: 'gpt-5',
  hadQuotaLeft: true,
  now,
  ...part,
});

function last(...seen: readonly RateLimited[]): string | undefined {
  const state = newCongestion();
  return seen.map((each) => noteRateLimit(state, each)).at(-1);
}

describe('noteRateLimit', () => {
  it.each([
    ['own', 'one credential', [limited('a', 0), limited('a', 1), limited('a', 2)]],
    ['congestion', 'two with quota left', [limited('a', 0), limited('b', 10_000)]],
    ['own', 'two, too far apart', [limited('a', 0), limited('b', 10_001)]],
    ['own', 'one that had used its quota up', [limited('a', 0), limited('b', 1, { hadQuotaLeft: false })]],
    ['own', 'another that had', [limited('a', 0, { hadQuotaLeft: false }), limited('b', 1)]],
    ['own', 'two models', [limited('a', 0), limited('b', 1, { model: 'gpt-5-mini' })]],
    ['own', 'two providers', [limited('a', 0), limited('b', 1, { provider: 'azure-openai' })]],
  ] as const)('says %s of %s', (verdict, _name, seen) => expect(last(...seen)).toBe(verdict));

  it('stays bounded', () => {
    const state = newCongestion();
    for (let n = 0; n < 5000; n += 1) {
      noteRateLimit(state, limited(`c${n}`, 0, { model: `m${n}` }));
      noteRateLimit(state, limited(`c${n}`, 0));
    }
    expect(state.refused.size).toBeLessThanOrEqual(1000);
    expect(Math.max(...[...state.refused.values()].map(({ size }) => size))).toBeLessThanOrEqual(100);
  });
});
