import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readRetryAfter, type RetryAfter, type RetryHints } from './retry-after.js';

const NOW = Date.UTC(2026, 0, 1);
const MAX = 300_000;
const read = (hints: Partial<RetryHints>): RetryAfter => readRetryAfter({ headers: {}, now: NOW, ...hints }, MAX);

describe('readRetryAfter', () => {
  it.each<[Record<string, string>, number | undefined, boolean]>([
    [{}, undefined, false],
    [{ 'retry-after': '' }, undefined, false],
    [{ 'retry-after': '2' }, 2000, false],
    [{ 'retry-after': '0' }, 0, false],
    [{ 'retry-after': ' 1.5 ' }, 1500, false],
    [{ 'retry-after': '0.0004' }, 1, false],
    [{ 'retry-after': '2', 'retry-after-ms': '250' }, 250, false],
    [{ 'retry-after': '2', 'retry-after-ms': '-1' }, 2000, true],
    [{ 'retry-after': '-5' }, undefined, true],
    [{ 'retry-after': 'NaN' }, undefined, true],
    [{ 'retry-after': '1e9' }, undefined, true],
    [{ 'retry-after': '0x10' }, undefined, true],
    [{ 'retry-after': 'Infinity' }, undefined, true],
    [{ 'retry-after': 'soon' }, undefined, true],
    [{ 'retry-after': '300' }, 300_000, false],
    [{ 'retry-after': '86400' }, 300_000, true],
    [{ 'retry-after': '9'.repeat(400) }, 300_000, true],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' }, 30_000, false],
    [{ 'retry-after': 'Thursday, 01-Jan-26 00:00:30 GMT' }, 30_000, false],
    [{ 'retry-after': 'Thu Jan  1 00:00:30 2026' }, 30_000, false],
    [{ 'retry-after': 'Fri, 01 Jan 2027 00:00:00 GMT' }, 300_000, true],
    [{ 'retry-after': 'Wed, 31 Dec 2025 23:59:59 GMT' }, undefined, true],
    [{ 'retry-after': 'Thu, 99 Jan 2026 00:00:30 GMT' }, undefined, true],
    [{ 'retry-after': 'Thu, 30 Feb 2026 00:00:30 GMT' }, undefined, true],
  ])('reads %j as %p ms', (headers, ms, absurd) => {
    expect(read({ headers })).toEqual({ ...(ms === undefined ? {} : { ms }), absurd });
  });

  it.each<[string, Partial<RetryHints>, number | undefined]>([
    ['a delay in the body', { delay: '30s' }, 30_000],
    ['a point in time in the body', { reset: String(NOW + 5000) }, 5000],
    ['milliseconds in words', { text: 'please try again in 20ms.' }, 20],
    ['a fraction in words', { text: 'please try again in 1.984999999s. need more tokens?' }, 1985],
    ['minutes in words', { text: 'please try again in 6m0s.' }, 300_000],
    ['a unit in words', { text: 'please retry after 20 seconds.' }, 20_000],
    ['one unit in words', { text: 'try again in 1 minute' }, 60_000],
    ['a clock in words', { text: 'quota will be replenished in 00:02:30.' }, 150_000],
    ['no time in words', { text: 'please try again later in the day' }, undefined],
    ['the reset of the limit', { limitMs: 1200.2 }, 1201],
    ['the header before the body', { headers: { 'retry-after': '1' }, delay: '9s', text: 'try again in 8s' }, 1000],
    ['the body where the header is absurd', { headers: { 'retry-after': '-1' }, delay: '9s' }, 9000],
  ])('takes %s', (_name, hints, ms) => {
    expect(read(hints).ms).toBe(ms);
  });

  it('passes over what makes no sense, and says so', () => {
    expect(read({ delay: '-30s', reset: 'never' })).toEqual({ absurd: true });
    expect(read({ reset: String(NOW - 1) })).toEqual({ absurd: true });
  });

  it('never gives more than is allowed, a fraction or no number, whatever is said', () => {
    const anything = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.double().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      fc.string({ unit: fc.constantFrom(...'0123456789.dhms-: GMT'), maxLength: 20 }),
    );
    const hints = fc.record({
      headers: fc.record({ 'retry-after': anything, 'retry-after-ms': anything }, { requiredKeys: [] }),
      delay: fc.option(anything, { nil: undefined }),
      reset: fc.option(anything, { nil: undefined }),
      text: fc.option(anything, { nil: undefined }),
    });
    fc.assert(
      fc.property(hints, (said) => {
        const { ms = 0 } = read(said);
        expect(Number.isInteger(ms) && ms >= 0 && ms <= MAX).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
