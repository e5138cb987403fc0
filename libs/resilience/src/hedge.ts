import type { BucketStats } from './latency-book.js';

const LEAST_SAMPLES = 20;
/** From so many attempts on, the older half fades. */
const ATTEMPTS = 10_000;

/** When a second target may be asked as well: once the first is later than 19 of 20 calls. `undefined`: too little is known. */
export function hedgeAfterMs(stats: BucketStats | undefined): number | undefined {
  if (stats === undefined || stats.firstToken.count < LEAST_SAMPLES) return undefined;
  return stats.firstToken.p95;
}

/** What was spent lately, and on second attempts. Any unit. */
export interface HedgeSpend {
  readonly total: number;
  readonly hedged: number;
  readonly attempts: number;
}

export const noHedgeSpend: HedgeSpend = { total: 0, hedged: 0, attempts: 0 };

/** Would a second attempt of this cost stay within the share of all spend that such attempts may have? */
export function mayHedge(spend: HedgeSpend, cost: number, share: number): boolean {
  return share > 0 && spend.hedged + cost <= share * (spend.total + cost);
}

/** Adds an attempt's cost: when it starts as estimated, so that many at once do not all find room. */
export function noteSpend(spend: HedgeSpend, cost: number, hedged: boolean): HedgeSpend {
  const scale = spend.attempts >= ATTEMPTS ? 0.5 : 1;
  return {
    total: spend.total * scale + cost,
    hedged: spend.hedged * scale + (hedged ? cost : 0),
    attempts: spend.attempts * scale + 1,
  };
}
