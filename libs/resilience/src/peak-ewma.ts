const LEAST_TAU_MS = 30_000;
const TAU_SAMPLES = 20;
/** A failure counts as an answer as late as the provider asks for, this at least: failing fast is not being fast. */
const FAILURE_MS = 5000;
const MAX_FAILURE_MS = 300_000;
/** Of a target that was never seen to answer: tried at once, but not by many before the first answer. */
const UNSEEN_MS = 1;
const UNSEEN_PENDING_MS = 10_000;

/** A moving average of time to first token that jumps to what is worse and forgets it slowly. */
export class PeakEwma {
  private cost: number | undefined;
  private at = 0;
  private interval = 0;

  record(ms: number, now: number): void {
    const before = this.costAt(now);
    const passed = Math.max(0, now - this.at);
    if (this.cost !== undefined) this.interval = this.interval * 0.9 + passed * 0.1;
    const kept = this.keeps(passed);
    this.cost = before === undefined || ms >= before ? ms : (this.cost ?? ms) * kept + ms * (1 - kept);
    this.at = now;
  }

  recordFailure(retryAfterMs: number | undefined, now: number): void {
    const asked = retryAfterMs !== undefined && retryAfterMs >= 0 ? retryAfterMs : 0;
    this.record(Math.min(MAX_FAILURE_MS, Math.max(asked, FAILURE_MS)), now);
  }

  /** What the next call has to expect, with what is under way before it. Less is better. */
  score(inFlight: number, now: number): number {
    const cost = this.costAt(now);
    if (cost === undefined) return inFlight > 0 ? UNSEEN_PENDING_MS * (inFlight + 1) : UNSEEN_MS;
    return Math.max(UNSEEN_MS, cost) * (inFlight + 1);
  }

  /** Decays without calls too, so that what was bad is tried again. */
  private costAt(now: number): number | undefined {
    return this.cost === undefined ? undefined : this.cost * this.keeps(Math.max(0, now - this.at));
  }

  /** Twenty calls' time where they are rare: one call does not outweigh all before it. */
  private keeps(passedMs: number): number {
    return Math.exp(-passedMs / Math.max(LEAST_TAU_MS, TAU_SAMPLES * this.interval));
  }
}
