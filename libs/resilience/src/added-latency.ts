import { isSlow, type LatencyMedians } from './added-latency-rule.js';

/** What a change of a target's pace was decided by. */
export type PaceChange = LatencyMedians;

const RECENT = 10;
/** After so long the slow pace is the usual one. */
const SETTLED_MS = 30 * 60_000;

/** Notices a target whose answers all come later than they used to: each is a success, and none shows it. */
export class AddedLatency {
  private readonly recent: { readonly ms: number; readonly usualMs: number }[] = [];
  private slowSince: number | undefined;

  get isSlow(): boolean {
    return this.slowSince !== undefined;
  }

  /**
   * @param usualMs the median that prompts of this size had so far
   * @returns a change, the moment it shows
   */
  add(ms: number, usualMs: number, now: number): PaceChange | undefined {
    this.recent.push({ ms, usualMs });
    if (this.recent.length > RECENT) this.recent.shift();
    if (this.recent.length < RECENT) return undefined;
    const pace = {
      recentMs: median(this.recent.map((sample) => sample.ms)),
      baselineMs: median(this.recent.map((sample) => sample.usualMs)),
    };
    const slow = isSlow(pace, this.isSlow);
    if (this.slowSince === undefined) return slow ? this.turn(now, pace) : undefined;
    if (now - this.slowSince >= SETTLED_MS) return this.turn(undefined, { ...pace, baselineMs: pace.recentMs });
    return slow ? undefined : this.turn(undefined, pace);
  }

  private turn(slowSince: number | undefined, pace: PaceChange): PaceChange {
    this.slowSince = slowSince;
    this.recent.length = 0;
    return pace;
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
