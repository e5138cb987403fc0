import { addResults, emptyWindow, resultsAt, type ResultWindow } from './result-window.js';

const WINDOW_MS = 10_000;
const SHARE = 0.1;
const LEAST_PER_SECOND = 1;

/** How many calls may try the least bad target when all are bad: one a second, or a tenth of the recent calls. */
export class Trickle {
  private recent: ResultWindow = emptyWindow;
  private tokens = 1;
  private filledAt: number | undefined;

  /** A call came, whatever becomes of it. */
  noteCall(now: number): void {
    this.recent = addResults(this.recent, { successes: 1, failures: 0 }, now, WINDOW_MS);
  }

  /** True if this call may try. */
  take(now: number): boolean {
    const perSecond = this.perSecond(now);
    const passed = Math.max(0, now - (this.filledAt ?? now));
    // A second's worth is saved at most: a pause is no licence for a burst.
    this.tokens = Math.min(Math.max(1, perSecond), this.tokens + (passed * perSecond) / 1000);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
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
