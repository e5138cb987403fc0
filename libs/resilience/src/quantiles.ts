/** Four steps to each doubling: an answer is at most 19 % too high. From 1 ms to over an hour. */
const STEPS = 4;
const BUCKETS = 90;
/** Old samples lose half their weight whenever so many have come. */
const HALVE_AT = 400;

/** Quantiles of durations, weighted towards the latest few hundred; of constant size, and cheap to add to. */
export class Quantiles {
  private readonly counts = new Float64Array(BUCKETS);
  private total = 0;

  /** How many samples speak, old ones in part. */
  get count(): number {
    return this.total;
  }

  /** @param ms 0 and more; anything else says nothing */
  add(ms: number): void {
    if (!(ms >= 0)) return;
    if (this.total >= HALVE_AT) this.halve();
    const bucket = Math.min(BUCKETS - 1, Math.max(0, Math.ceil(Math.log2(Math.max(1, ms)) * STEPS)));
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    this.total += 1;
  }

  /** The duration that this share (0 to 1) of the samples did not exceed, in milliseconds; `undefined` of none. */
  at(share: number): number | undefined {
    if (this.total === 0) return undefined;
    let left = this.total * share;
    // On the way of every call: an iterator would cost more than what it goes over.
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const count = this.counts[bucket] ?? 0;
      left -= count;
      if (left <= 1e-9 && count > 0) return 2 ** (bucket / STEPS);
    }
    return 2 ** ((BUCKETS - 1) / STEPS);
  }

  private halve(): void {
    for (const [bucket, count] of this.counts.entries()) this.counts[bucket] = count / 2;
    this.total /= 2;
  }
}
