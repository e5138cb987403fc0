import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Family, LimitReading } from '#libs/contracts';
import { readLimits } from './limits.js';

const NOW = Date.UTC(2026, 0, 1);
const read = (headers: Record<string, string | readonly string[]>, family: Family = 'openai') =>
  readLimits(family, headers, NOW);

describe('readLimits', () => {
  it.each<[string, Record<string, string>, readonly LimitReading[]]>([
    [
      'OpenAI',
      {
        'x-ratelimit-limit-requests': '5000',
        'x-ratelimit-limit-tokens': '160000',
        'x-ratelimit-remaining-requests': '4999',
        'x-ratelimit-remaining-tokens': '159976',
        'x-ratelimit-reset-requests': '12ms',
        'x-ratelimit-reset-tokens': '6m0s',
      },
      [
        { kind: 'requests', limit: 5000, remaining: 4999, resetMs: 12 },
        { kind: 'tokens', limit: 160_000, remaining: 159_976, resetMs: 360_000 },
      ],
    ],
    [
      'Groq',
      {
        'retry-after': '2',
        'x-ratelimit-limit-requests': '14400',
        'x-ratelimit-remaining-requests': '14370',
        'x-ratelimit-reset-requests': '2m59.56s',
        'x-ratelimit-limit-tokens': '18000',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '7.66s',
      },
      [
        { kind: 'requests', limit: 14_400, remaining: 14_370, resetMs: 179_560 },
        { kind: 'tokens', limit: 18_000, remaining: 0, resetMs: 7660 },
      ],
    ],
    [
      'Azure, which says nothing by -1',
      {
        'x-ratelimit-limit-tokens': '-1',
        'x-ratelimit-remaining-tokens': '-1',
        'x-ratelimit-reset-tokens': '0',
        'x-ratelimit-limit-requests': '100',
        'x-ratelimit-remaining-requests': '99',
        'x-ratelimit-reset-requests': '10',
      },
      [{ kind: 'requests', limit: 100, remaining: 99, resetMs: 10_000 }],
    ],
    [
      'Mistral',
      {
        'x-ratelimit-limit-tokens-minute': '5000000',
        'x-ratelimit-remaining-tokens-minute': '4999911',
        'x-ratelimit-tokens-query-cost': '52',
        'x-ratelimit-limit-req-minute': '720',
        'x-ratelimit-remaining-req-minute': '717',
      },
      [
        { kind: 'requests', limit: 720, remaining: 717 },
        { kind: 'tokens', limit: 5_000_000, remaining: 4_999_911 },
      ],
    ],
    [
      'Mistral before',
      { 'ratelimitbysize-limit': '500000', 'ratelimitbysize-remaining': '499000', 'ratelimitbysize-reset': '45' },
      [{ kind: 'tokens', limit: 500_000, remaining: 499_000, resetMs: 45_000 }],
    ],
    [
      'OpenRouter',
      { 'x-ratelimit-limit': '20', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(NOW + 30_000) },
      [{ kind: 'requests', limit: 20, remaining: 0, resetMs: 30_000 }],
    ],
    [
      'a reset in seconds of the epoch',
      { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': String(NOW / 1000 + 30) },
      [{ kind: 'requests', remaining: 1, resetMs: 30_000 }],
    ],
    [
      'the older drafts of the standard',
      { 'ratelimit-limit': '100, 100;w=60', 'ratelimit-remaining': '50', 'ratelimit-reset': '30' },
      [{ kind: 'requests', limit: 100, remaining: 50, resetMs: 30_000 }],
    ],
    [
      'a later draft',
      { ratelimit: 'limit=100, remaining=50, reset=5' },
      [{ kind: 'requests', limit: 100, remaining: 50, resetMs: 5000 }],
    ],
    [
      'the standard to be',
      { 'ratelimit-policy': '"burst";q=100;w=60,"daily";q=1000;w=86400', ratelimit: '"burst";r=50;t=30,"daily";r=1' },
      [{ kind: 'requests', limit: 100, remaining: 50, resetMs: 30_000 }],
    ],
    ['headers of others', { date: 'Thu, 01 Jan 2026 00:00:00 GMT', 'x-request-id': 'r' }, []],
    ['a reset alone', { 'x-ratelimit-reset-tokens': '1s' }, []],
  ])('reads %s', (_name, headers, expected) => {
    expect(read(headers)).toEqual(expected);
  });

  it('reads Anthropic', () => {
    const limit = (kind: string, remaining: string, reset: string) => ({
      [`anthropic-ratelimit-${kind}-limit`]: '40000',
      [`anthropic-ratelimit-${kind}-remaining`]: remaining,
      [`anthropic-ratelimit-${kind}-reset`]: reset,
    });
    const headers = {
      ...limit('requests', '39', '2026-01-01T00:00:01Z'),
      ...limit('tokens', '100', '2026-01-01T00:01:00Z'),
      ...limit('input-tokens', '0', '2026-01-01T01:00:00.5+01:00'),
      ...limit('output-tokens', '8000', '2025-12-31T23:59:59Z'),
    };
    expect(read(headers, 'anthropic')).toEqual([
      { kind: 'requests', limit: 40_000, remaining: 39, resetMs: 1000 },
      { kind: 'tokens', limit: 40_000, remaining: 100, resetMs: 60_000 },
      { kind: 'input_tokens', limit: 40_000, remaining: 0, resetMs: 500 },
      { kind: 'output_tokens', limit: 40_000, remaining: 8000, resetMs: 0 },
    ]);
  });

  it('takes the first of what came more than once', () => {
    expect(read({ 'x-ratelimit-remaining-tokens': ['7', '8'] })).toEqual([{ kind: 'tokens', remaining: 7 }]);
  });

  it('gives one and the same nothing where there is nothing', () => {
    expect(read({})).toBe(read({ 'content-type': 'application/json' }));
  });

  it('gives whole numbers of at least 0 and each kind once, whatever the headers hold', () => {
    const names = [
      ...['limit', 'remaining', 'reset'].flatMap((what) => [
        `x-ratelimit-${what}-requests`,
        `x-ratelimit-${what}-tokens`,
        `x-ratelimit-${what}`,
        `ratelimit-${what}`,
        `ratelimitbysize-${what}`,
        `anthropic-ratelimit-requests-${what}`,
        `anthropic-ratelimit-input-tokens-${what}`,
      ]),
      'ratelimit',
      'ratelimit-policy',
    ];
    const value = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.double().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
      fc.string({ unit: fc.constantFrom(...'0123456789.dhms-=;,rtq"'), maxLength: 20 }),
    );
    const headers = fc.dictionary(fc.constantFrom(...names), value);
    fc.assert(
      fc.property(headers, fc.constantFrom<Family>('openai', 'anthropic'), (given, family) => {
        const readings = read(given, family);
        expect(new Set(readings.map(({ kind }) => kind)).size).toBe(readings.length);
        for (const { kind: _kind, ...numbers } of readings) {
          expect(Object.keys(numbers).length).toBeGreaterThan(0);
          for (const number of Object.values(numbers)) expect(Number.isInteger(number) && number >= 0).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
