import type { Deadlines, RouteDeadlines } from '#libs/contracts';
import type { BucketStats } from './latency-book.js';
import type { Quantiles } from './log-histogram.js';

const LEAST_SAMPLES = 20;

interface Rule {
  readonly times: number;
  readonly least: number;
  readonly most: number;
  /** Where too little is known. */
  readonly otherwise: number;
}

const firstTokenRule: Rule = { times: 3, least: 5000, most: 60_000, otherwise: 30_000 };
const gapRule: Rule = { times: 20, least: 5000, most: 30_000, otherwise: 30_000 };
const wholeRule: Rule = { times: 3, least: 15_000, most: 300_000, otherwise: 120_000 };
/** The length of a streamed answer is the caller's affair: it is judged by its tokens. */
const STREAMED_ATTEMPT_MS = 300_000;

/** A call's deadlines at one target: what the route says, and for the rest what the target's own history makes likely. */
export function deadlinesFor(explicit: RouteDeadlines, history: BucketStats | undefined, streamed: boolean): Deadlines {
  const whole = (): number => adapted(wholeRule, history?.whole, 'p99');
  return {
    connect: explicit.connect,
    total: explicit.total,
    firstToken: explicit.firstToken ?? adapted(firstTokenRule, history?.firstToken, 'p99'),
    interToken: explicit.interToken ?? adapted(gapRule, history?.gap, 'p50'),
    attempt: explicit.attempt ?? (streamed ? STREAMED_ATTEMPT_MS : whole()),
  };
}

function adapted(rule: Rule, seen: Quantiles | undefined, of: 'p50' | 'p99'): number {
  if (seen === undefined || seen.count < LEAST_SAMPLES) return rule.otherwise;
  return Math.round(Math.min(rule.most, Math.max(rule.least, rule.times * seen[of])));
}
