import { systemClock, type Clock } from './clock.js';

/** A timer that comes later than this was held up: its process or its machine stood still, or was busy. */
const STANDSTILL_MS = 100;

/** Whether this process stood still until some time after `dueAt`, in monotonic milliseconds, when a timer was due. */
export function stoodStill(dueAt: number, clock: Clock = systemClock): boolean {
  return clock.monotonic() - dueAt > STANDSTILL_MS;
}

/**
 * Expires where it was not reset for a while. A word that is to reset it cannot come in while this process itself
 * stands still, as on a machine that is paused: it then waits once more, since that says nothing of who is watched.
 */
export class Watchdog {
  private timer: NodeJS.Timeout | undefined;
  private resetAt: number;
  private dueAt = 0;
  private excused = false;

  /** @param ms since the last reset, or since its start. */
  constructor(
    private readonly ms: number,
    private readonly expire: () => void,
    private readonly clock: Clock = systemClock,
  ) {
    this.resetAt = clock.monotonic();
    this.wait(ms);
  }

  reset(): void {
    this.resetAt = this.clock.monotonic();
    this.excused = false;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private wait(ms: number): void {
    this.dueAt = this.clock.monotonic() + ms;
    this.timer = setTimeout(() => this.look(), ms);
  }

  /** A reset only notes the time: a token costs a clock's reading, and no timer. */
  private look(): void {
    const now = this.clock.monotonic();
    if (!this.excused && stoodStill(this.dueAt, this.clock)) {
      this.excused = true;
      this.resetAt = now;
    }
    const left = this.resetAt + this.ms - now;
    if (left > 0) this.wait(left);
    else this.expire();
  }
}
