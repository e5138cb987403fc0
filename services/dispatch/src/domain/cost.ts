import type { Price, Usage } from '#libs/contracts';

const MILLION = 1_000_000;

/** What an attempt costs in micro-units of the currency; prices are micro-units per million tokens. All integers. */
export function costMicros(usage: Usage, price: Price): number {
  const plain = usage.inputTokens - usage.cacheReadTokens - usage.cacheWriteTokens;
  const scaled =
    Math.max(0, plain) * price.input +
    usage.cacheReadTokens * price.cacheRead +
    usage.cacheWriteTokens * price.cacheWrite +
    usage.outputTokens * price.output;
  return Math.round(scaled / MILLION);
}
