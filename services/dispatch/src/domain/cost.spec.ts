import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Usage } from '#libs/contracts';
import { costMicros } from './cost.js';

const price = { input: 2_500_000, output: 10_000_000, cacheRead: 250_000, cacheWrite: 3_125_000 };
const usage = (inputTokens: number, outputTokens = 0, cacheReadTokens = 0, cacheWriteTokens = 0): Usage => ({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
});

const tokens = fc.nat(2_000_000);
/** As providers count: cached tokens are a part of the prompt's. */
const usages = fc
  .tuple(tokens, tokens, tokens, tokens)
  .map(([plain, output, read, write]) => usage(plain + read + write, output, read, write));
const rates = fc.nat(150_000_000);
const prices = fc.record({ input: rates, output: rates, cacheRead: rates, cacheWrite: rates });

const add = (a: Usage, b: Usage): Usage =>
  usage(
    a.inputTokens + b.inputTokens,
    a.outputTokens + b.outputTokens,
    a.cacheReadTokens + b.cacheReadTokens,
    a.cacheWriteTokens + b.cacheWriteTokens,
  );

describe('costMicros', () => {
  it.each([
    ['nothing', usage(0), 0],
    ['a million prompt tokens', usage(1_000_000), 2_500_000],
    ['an answer', usage(0, 1000), 10_000],
    ['a prompt from the cache', usage(1000, 0, 1000), 250],
    ['a prompt into the cache', usage(1000, 0, 0, 1000), 3125],
    ['all together', usage(1000, 100, 400, 100), 1250 + 1000 + 100 + 312.5 + 0.5],
    ['less than half a micro-unit', usage(0, 0, 1, 0), 0],
    ['more cached tokens than the prompt has', usage(10, 0, 1000), 250],
  ] as const)('of %s', (_what, used, micros) => expect(costMicros(used, price)).toBe(micros));

  it('is a whole number, and never negative', () => {
    const any = fc.record({
      inputTokens: tokens,
      outputTokens: tokens,
      cacheReadTokens: tokens,
      cacheWriteTokens: tokens,
    });
    fc.assert(
      fc.property(any, prices, (used, rate) => {
        const micros = costMicros(used, rate);
        expect(Number.isSafeInteger(micros)).toBe(true);
        expect(micros).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('never falls when more is used', () => {
    fc.assert(
      fc.property(usages, usages, prices, (used, more, rate) => {
        expect(costMicros(add(used, more), rate)).toBeGreaterThanOrEqual(costMicros(used, rate));
      }),
    );
  });

  it('is the sum of its parts, but for rounding', () => {
    fc.assert(
      fc.property(fc.array(usages, { minLength: 1, maxLength: 10 }), prices, (parts, rate) => {
        const whole = costMicros(parts.reduce(add), rate);
        const sum = parts.reduce((micros, part) => micros + costMicros(part, rate), 0);
        expect(Math.abs(whole - sum)).toBeLessThanOrEqual((parts.length + 1) / 2);
      }),
    );
  });
});
