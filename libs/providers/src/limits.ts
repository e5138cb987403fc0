import type { Family, LimitKind, LimitReading } from '#libs/contracts';
import { headerText, type ReplyHeaders } from './reply-headers.js';
import { readReset } from './reset-time.js';

/** The headers that say one limit: how much of it there is, what is left, and when it is full again. */
interface LimitHeaders {
  readonly kind: LimitKind;
  readonly limit: string;
  readonly remaining: string;
  readonly reset: string;
}

const MAX_RESET_MS = 31 * 86_400_000;
const COUNT = /^\d{1,15}(?:\.\d+)?\s*(?:[,;]|$)/;
const NOTHING: readonly LimitReading[] = [];

function headersLike(kind: LimitKind, pattern: string): LimitHeaders {
  const named = (word: string): string => pattern.replace('?', word);
  return { kind, limit: named('limit'), remaining: named('remaining'), reset: named('reset') };
}

/** Of each kind, the first that an answer has counts: the vendors' own before the general. */
const schemes: { readonly [family in Family]: readonly LimitHeaders[] } = {
  openai: [
    // OpenAI, Azure, Groq.
    headersLike('requests', 'x-ratelimit-?-requests'),
    headersLike('tokens', 'x-ratelimit-?-tokens'),
    // Mistral, then and now.
    headersLike('requests', 'x-ratelimit-?-req-minute'),
    headersLike('tokens', 'x-ratelimit-?-tokens-minute'),
    headersLike('tokens', 'x-ratelimitbysize-?-minute'),
    headersLike('tokens', 'ratelimitbysize-?'),
    // Cerebras, Fireworks, Together.
    headersLike('requests', 'x-ratelimit-?-requests-day'),
    headersLike('input_tokens', 'x-ratelimit-?-tokens-prompt'),
    headersLike('output_tokens', 'x-ratelimit-?-tokens-generated'),
    headersLike('tokens', 'x-tokenlimit-?'),
    // OpenRouter, and whoever follows the older drafts of the standard.
    headersLike('requests', 'x-ratelimit-?'),
    headersLike('requests', 'ratelimit-?'),
  ],
  anthropic: [
    headersLike('requests', 'anthropic-ratelimit-requests-?'),
    headersLike('tokens', 'anthropic-ratelimit-tokens-?'),
    headersLike('input_tokens', 'anthropic-ratelimit-input-tokens-?'),
    headersLike('output_tokens', 'anthropic-ratelimit-output-tokens-?'),
  ],
};

/** What an answer's headers say of the credential's limits. What is no number, or negative, is as if it were not there. */
export function readLimits(family: Family, headers: ReplyHeaders, now: number): readonly LimitReading[] {
  let readings: LimitReading[] | undefined;
  for (const names of schemes[family]) {
    const reading = readLimit(names, headers, now);
    if (reading && !readings?.some(({ kind }) => kind === reading.kind)) (readings ??= []).push(reading);
  }
  return readings ?? readStandard(headers);
}

function readLimit(names: LimitHeaders, headers: ReplyHeaders, now: number): LimitReading | undefined {
  const limit = headerText(headers, names.limit);
  const remaining = headerText(headers, names.remaining);
  if (limit === undefined && remaining === undefined) return undefined;
  const reset = headerText(headers, names.reset);
  const resetMs = reset === undefined ? undefined : readReset(reset, now);
  return reading(names.kind, { limit: count(limit), remaining: count(remaining), resetMs });
}

interface Values {
  readonly limit: number | undefined;
  readonly remaining: number | undefined;
  readonly resetMs: number | undefined;
}

/** A reset alone tells nothing of a limit; a reset that is past means that the limit is full. */
function reading(kind: LimitKind, { limit, remaining, resetMs }: Values): LimitReading | undefined {
  if (limit === undefined && remaining === undefined) return undefined;
  const known = resetMs !== undefined && resetMs <= MAX_RESET_MS;
  return {
    kind,
    ...(limit === undefined ? {} : { limit }),
    ...(remaining === undefined ? {} : { remaining }),
    ...(known ? { resetMs: Math.max(0, Math.ceil(resetMs)) } : {}),
  };
}

function count(text: string | undefined): number | undefined {
  const value = text?.trim();
  return value !== undefined && COUNT.test(value) ? Math.floor(Number.parseFloat(value)) : undefined;
}

/** `RateLimit: "default";r=50;t=30` with its `RateLimit-Policy`, or the draft before it: `limit=100, remaining=50, reset=30`. */
function readStandard(headers: ReplyHeaders): readonly LimitReading[] {
  const state = headerText(headers, 'ratelimit');
  if (state === undefined) return NOTHING;
  const said = parametersOf(state);
  const quota = parametersOf(headerText(headers, 'ratelimit-policy') ?? '').get('q');
  const seconds = count(said.get('t') ?? said.get('reset'));
  const found = reading(state.toLowerCase().includes('token') ? 'tokens' : 'requests', {
    limit: count(said.get('limit') ?? quota),
    remaining: count(said.get('r') ?? said.get('remaining')),
    resetMs: seconds === undefined ? undefined : seconds * 1000,
  });
  return found ? [found] : NOTHING;
}

/** Of several policies, the first one's. */
function parametersOf(text: string): ReadonlyMap<string, string> {
  const pairs = text.split(/[;,]/, 32).map((part): readonly [string, string] => {
    const [name = '', value = ''] = part.split('=', 2);
    return [name.trim().toLowerCase(), value.trim()];
  });
  return new Map(pairs.toReversed());
}
