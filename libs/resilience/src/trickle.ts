import { addResults, emptyWindow, resultsAt, type ResultWindow } from './result-window.js';

const WINDOW_MS = 10_000;
const SHARE = 0.1;
const LEAST_PER_SECOND = 1;

/** An answer is news for so long. */
const FRESH_MS = 1000;
const MOST_EARNED = 256;

/**
 * How many calls may try the least bad target when all are bad: one a second, or a tenth of the recent calls; and two
 * more for each that was answered, so that what works again serves everybody soon.
 */
export class Trickle {
  private earned = 0;
  private earnedAt = 0;
  private recent: ResultWindow = emptyWindow;
  private tokens = 1;
  private filledAt: number | undefined;

  /** A call came, whatever becomes of it. */
  noteCall(now: number): void {
    this.recent = addResults(this.recent, { successes: 1, failures: 0 }, now, WINDOW_MS);
  }

  /** True if this call may try. */
  take(now: number): boolean {
    if (this.earned > 0 && now - this.earnedAt <= FRESH_MS) {
      this.earned -= 1;
      return true;
    }
    const perSecond = this.perSecond(now);
    const passed = Math.max(0, now - (this.filledAt ?? now));
    // A second's worth is saved at most: a pause is no licence for a burst.
    this.tokens = Math.min(Math.max(1, perSecond), this.tokens + (passed * perSecond) / 1000);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }

  /** One that tried has ended. */
  noteResult(answered: boolean, now: number): void {
    const left = now - this.earnedAt <= FRESH_MS ? this.earned : 0;
    this.earned = answered ? Math.min(MOST_EARNED, left + 2) : 0;
    this.earnedAt = now;
  }

  /** Milliseconds until another call may try. */
  waitMs(now: number): number {
    const missing = 1 - this.tokens;
    const waited = Math.max(0, now - (this.filledAt ?? now));
    return Math.max(0, Math.ceil((missing * 1000) / this.perSecond(now) - waited));
  }

  private perSecond(now: number): number {
    const calls = resultsAt(this.recent, now, WINDOW_MS).successes;
    return Math.max(LEAST_PER_SECOND, (SHARE * calls * 1000) / WINDOW_MS);
  }
}
