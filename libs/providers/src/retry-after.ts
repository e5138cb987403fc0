import { readDuration } from './duration.js';
import { readHttpDate } from './http-date.js';
import { headerText, type ReplyHeaders } from './reply-headers.js';
import { readReset } from './reset-time.js';

/** How long a provider asks to be left alone. */
export interface RetryAfter {
  /** Milliseconds, at most what the caller allows. */
  readonly ms?: number;
  /** Something it said was no time, negative, past, or more than is allowed: worth counting. */
  readonly absurd: boolean;
}

/** Where a provider may say it, most exact first. */
export interface RetryHints {
  readonly headers: ReplyHeaders;
  /** Epoch milliseconds; dates are relative to it. */
  readonly now: number;
  /** From the body: a duration (`30s`), a point in time, and the message. */
  readonly delay?: string | undefined;
  readonly reset?: string | undefined;
  readonly text?: string | undefined;
  /** Until the limit that refused the call is full again, as its headers have it. */
  readonly limitMs?: number | undefined;
}

const NUMBER = /^\d+(?:\.\d+)?$/;
const IN_WORDS =
  /(?:try again|retry|replenished) (?:in|after) (?:(\d+):(\d{2}):(\d{2})\b|(\d[\d.dhms]*[hms])\b|(\d+(?:\.\d+)?) (millisecond|second|minute|hour|day))/i;
const UNIT_MS: { readonly [unit: string]: number } = {
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** The first usable hint counts. More than `maxMs` becomes `maxMs`; what is no time to come is passed over. */
export function readRetryAfter(hints: RetryHints, maxMs: number): RetryAfter {
  let absurd = false;
  for (const ms of waits(hints)) {
    if (ms === undefined) continue;
    if (ms >= 0 && ms <= maxMs) return { ms: Math.ceil(ms), absurd };
    absurd = true;
    if (ms > maxMs) return { ms: maxMs, absurd };
  }
  return { absurd };
}

/** Each hint in milliseconds: `undefined` where nothing is said, no number where what is said makes no sense. */
function* waits({ headers, now, delay, reset, text, limitMs }: RetryHints): Generator<number | undefined> {
  yield ofNumber(headerText(headers, 'retry-after-ms'), 1);
  yield ofHeader(headerText(headers, 'retry-after'), now);
  yield delay === undefined ? undefined : (readDuration(delay) ?? Number.NaN);
  yield reset === undefined ? undefined : (readReset(reset, now) ?? Number.NaN);
  yield text === undefined ? undefined : ofWords(text);
  yield limitMs;
}

function ofNumber(text: string | undefined, unit: number): number | undefined {
  const value = text?.trim() ?? '';
  if (value === '') return undefined;
  return NUMBER.test(value) ? Number(value) * unit : Number.NaN;
}

function ofHeader(text: string | undefined, now: number): number | undefined {
  const seconds = ofNumber(text, 1000);
  if (text === undefined || seconds === undefined || !Number.isNaN(seconds)) return seconds;
  const date = readHttpDate(text.trim());
  return date === undefined ? Number.NaN : date - now;
}

/** `Please try again in 6m0s.`, `retry after 20 seconds`, `will be replenished in 02:30:00`. */
function ofWords(text: string): number | undefined {
  const [, hours, minutes, seconds, duration, amount, unit] = IN_WORDS.exec(text) ?? [];
  if (hours !== undefined) return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  if (duration !== undefined) return readDuration(duration);
  return amount === undefined ? undefined : Number(amount) * (UNIT_MS[unit?.toLowerCase() ?? ''] ?? Number.NaN);
}
