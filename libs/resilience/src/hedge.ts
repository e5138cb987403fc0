import type { Quantiles } from './quantiles.js';

const ENOUGH = 20;
const HALF_LIFE_MS = 3_600_000;

/** When a first token is late enough to ask a second target: later than 95 of 100 were. Milliseconds. */
export function hedgeAfterMs(past: Quantiles): number | undefined {
  return past.count >= ENOUGH ? past.at(0.95) : undefined;
}

/** Keeps what is spent on hedges to a share of all spend, the last hours counting most. Money in micro-units. */
export class HedgeBudget {
  private spend = 0;
  private hedged = 0;
  private at = 0;

  earn(cost: number, now: number): void {
    this.fade(now);
    this.spend += cost;
  }

  /** True, and taken, where the share allows one more. */
  take(share: number, cost: number, now: number): boolean {
    this.fade(now);
    if (this.hedged + cost > share * (this.spend + cost)) return false;
    this.hedged += cost;
    return true;
  }

  private fade(now: number): void {
    const kept = 2 ** (-Math.max(0, now - this.at) / HALF_LIFE_MS);
    this.spend *= kept;
    this.hedged *= kept;
    this.at = now;
  }
}
