/** Weight of the past: over this time, or this many samples, whichever is longer. */
const TAU_MS = 30_000;
const TAU_SAMPLES = 20;
/** What a failure counts as, where the provider names no longer time: a fast error must not look like a fast answer. */
const FAILURE_MS = 5000;
/** Of a target nobody has an answer of yet: tried soon, but not by everybody at once. */
const UNKNOWN_MS = 1;
const UNKNOWN_WAITING_MS = 1000;

/** A moving average that follows a worse value at once and a better one slowly, and fades while nothing is heard. */
export class PeakEwma {
  private value: number | undefined;
  private at = 0;

  add(ms: number, now: number): void {
    const old = this.value;
    const weight = Math.max(Math.exp(-(now - this.at) / TAU_MS), Math.exp(-1 / TAU_SAMPLES));
    this.value = old === undefined || ms >= old ? ms : old * weight + ms * (1 - weight);
    this.at = now;
  }

  /** @param retryAfterMs as the provider said, 0 where it did not */
  fail(retryAfterMs: number, now: number): void {
    this.add(Math.max(FAILURE_MS, retryAfterMs), now);
  }

  /** Expected milliseconds behind the calls that wait there already; lower is better. */
  score(inFlight: number, now: number): number {
    if (this.value === undefined) return UNKNOWN_MS + inFlight * UNKNOWN_WAITING_MS;
    return this.value * Math.exp(-Math.max(0, now - this.at) / TAU_MS) * (inFlight + 1);
  }
}
