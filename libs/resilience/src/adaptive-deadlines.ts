import type { Deadlines, RouteDeadlines } from '#libs/contracts';
import type { LatencyBook } from './latency-book.js';
import type { Quantiles } from './quantiles.js';

interface Rule {
  readonly times: number;
  readonly share: number;
  readonly least: number;
  readonly most: number;
  /** While there is too little history. */
  readonly unknown: number;
}

const second = 1000;
const firstToken: Rule = { times: 3, share: 0.99, least: 5 * second, most: 60 * second, unknown: 30 * second };
const interToken: Rule = { times: 20, share: 0.5, least: 5 * second, most: 30 * second, unknown: 30 * second };
const whole: Rule = { times: 3, share: 0.99, least: 15 * second, most: 300 * second, unknown: 120 * second };
const STREAM_MS = 300 * second;
const ENOUGH = 20;

/** What an attempt's deadlines are made of. */
export interface DeadlineSource {
  /** What the route says; it counts before all history. */
  readonly route: RouteDeadlines;
  readonly book: LatencyBook | undefined;
  readonly promptTokens: number;
  readonly stream: boolean;
}

/** An attempt's deadlines: the route's own, the rest by what is usual for the target and the size of the prompt. */
export function deadlinesFor({ route, book, promptTokens, stream }: DeadlineSource): Deadlines {
  const history = book?.history(promptTokens);
  return {
    connect: route.connect,
    firstToken: route.firstToken ?? byRule(history?.firstToken, firstToken),
    interToken: route.interToken ?? byRule(book?.gap, interToken),
    attempt: route.attempt ?? (stream ? STREAM_MS : byRule(history?.whole, whole)),
    total: route.total,
  };
}

function byRule(past: Quantiles | undefined, { times, share, least, most, unknown }: Rule): number {
  const usual = past && past.count >= ENOUGH ? past.at(share) : undefined;
  return usual === undefined ? unknown : Math.round(Math.min(most, Math.max(least, times * usual)));
}
