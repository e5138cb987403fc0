import type { LimitState } from '../rate-limits.js';

const minute = 60_000;

/** A limit per minute that refills evenly. Starts full. */
export class TokenBucket {
  private level: number;
  private at: number;

  constructor(
    private readonly perMinute: number,
    now: number,
  ) {
    this.level = perMinute;
    this.at = now;
  }

  /** Milliseconds until so much is there; more than the bucket holds takes until it is full. */
  msUntil(amount: number, now: number): number {
    this.refill(now);
    return this.msToGain(Math.min(amount, this.perMinute) - this.level);
  }

  take(amount: number, now: number): void {
    this.refill(now);
    this.level = Math.max(0, this.level - amount);
  }

  state(now: number): LimitState {
    this.refill(now);
    const remaining = Math.floor(this.level);
    return { limit: this.perMinute, remaining, resetMs: this.msToGain(this.perMinute - this.level) };
  }

  private msToGain(missing: number): number {
    return Math.max(0, Math.ceil((missing / this.perMinute) * minute));
  }

  private refill(now: number): void {
    this.level = Math.min(this.perMinute, this.level + ((now - this.at) / minute) * this.perMinute);
    this.at = now;
  }
}
