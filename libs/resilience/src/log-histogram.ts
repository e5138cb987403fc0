/** Quantiles of what was recorded, in milliseconds. */
export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Neighbouring bins differ by a tenth: no quantile is further off than that. */
const STEP = Math.log(1.1);
const BINS = 145;
/** From here on all counts are halved: what was seen last counts most. */
const FULL = 2000;

/** Durations from a millisecond to a quarter of an hour, in bins that grow with them: little memory, no sorting. */
export class LogHistogram {
  private readonly bins = new Float32Array(BINS);
  private total = 0;

  get count(): number {
    return this.total;
  }

  record(ms: number, weight = 1): void {
    if (!(ms >= 0)) return;
    const bin = Math.min(BINS - 1, Math.max(0, Math.round(Math.log(Math.max(1, ms)) / STEP)));
    this.bins[bin] = (this.bins[bin] ?? 0) + weight;
    this.total += weight;
    if (this.total >= FULL) this.halve();
  }

  /** 0 where nothing was recorded. */
  quantile(share: number): number {
    let left = this.total * share;
    if (this.total === 0) return 0;
    const bin = this.bins.findIndex((count) => (left -= count) <= 0 && count > 0);
    return Math.exp((bin === -1 ? BINS - 1 : bin) * STEP);
  }

  quantiles(): Quantiles {
    return {
      count: Math.floor(this.total),
      p50: this.quantile(0.5),
      p95: this.quantile(0.95),
      p99: this.quantile(0.99),
    };
  }

  private halve(): void {
    this.total = 0;
    for (const [bin, count] of this.bins.entries()) {
      this.bins[bin] = count / 2;
      this.total += count / 2;
    }
  }
}
