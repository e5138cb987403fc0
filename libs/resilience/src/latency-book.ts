import { AddedLatency, type PaceChange } from './added-latency.js';
import { PeakEwma } from './peak-ewma.js';
import { Quantiles } from './quantiles.js';

/** How prompts of one size fared at one target. */
export interface SizeHistory {
  /** Milliseconds to the first content token of streamed calls. */
  readonly firstToken: Quantiles;
  /** Milliseconds to the whole answer of unstreamed ones. */
  readonly whole: Quantiles;
}

/** Upper bounds of prompt sizes, in tokens; what is above them all is one more size. */
const SIZES = [1000, 8000, 32_000, 128_000];
const ENOUGH = 20;

/** One target's past pace, by size of the prompt: reading 100,000 tokens takes longer than reading ten. */
export class LatencyBook {
  readonly gap = new Quantiles();
  private readonly sizes = Array.from({ length: SIZES.length + 1 }, () => newHistory());
  private readonly ewma = new PeakEwma();
  private readonly pace = new AddedLatency();

  history(promptTokens: number): SizeHistory {
    const at = SIZES.findIndex((most) => promptTokens <= most);
    return this.sizes[at < 0 ? SIZES.length : at] ?? newHistory();
  }

  /** @returns the change where the target has become slow, or normal again */
  noteFirstToken(promptTokens: number, ms: number, now: number): PaceChange | undefined {
    const { firstToken } = this.history(promptTokens);
    const usualMs = firstToken.count >= ENOUGH ? firstToken.at(0.5) : undefined;
    const change = usualMs === undefined ? undefined : this.pace.add(ms, usualMs, now);
    // A slow spell is not what is usual: it would soon be its own measure.
    if (!this.pace.isSlow) firstToken.add(ms);
    this.ewma.add(ms, now);
    return change;
  }

  noteWhole(promptTokens: number, ms: number, now: number): void {
    this.history(promptTokens).whole.add(ms);
    this.ewma.add(ms, now);
  }

  noteFailure(retryAfterMs: number, now: number): void {
    this.ewma.fail(retryAfterMs, now);
  }

  score(inFlight: number, now: number): number {
    return this.ewma.score(inFlight, now);
  }
}

function newHistory(): SizeHistory {
  return { firstToken: new Quantiles(), whole: new Quantiles() };
}
