import type { Price } from '#libs/contracts';
import type { CallRecord } from '#libs/simulators';

/** List price of all targets, micro-units a million tokens. */
export const price: Price = { input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000 };

const CHARACTERS_PER_TOKEN = 4;
const MILLION = 1_000_000;

/**
 * What a provider bills for a call, in micro-units: nothing for a refusal or where it sent nothing; else the prompt and
 * each token that left it, reported or not.
 */
export function spentOn({ request, response, tokensSent, usage }: CallRecord): number {
  if (response.status !== 200 || response.body.length === 0) return 0;
  const input = usage?.inputTokens ?? Math.ceil(request.body.length / CHARACTERS_PER_TOKEN);
  const output = Math.max(tokensSent, usage?.outputTokens ?? 0);
  return Math.round((input * price.input + output * price.output) / MILLION);
}
