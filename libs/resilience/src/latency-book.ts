import { AddedLatency, type LatencyChange } from './added-latency.js';
import { LogHistogram, type Quantiles } from './log-histogram.js';
import { PeakEwma } from './peak-ewma.js';

/** A target's history with prompts of about one size. */
export interface BucketStats {
  readonly firstToken: Quantiles;
  /** Of unstreamed answers, to their end. */
  readonly whole: Quantiles;
  /** Between content tokens. */
  readonly gap: Quantiles;
}

/** A call as far as its speed depends on it. */
export interface Timed {
  readonly target: string;
  readonly promptTokens: number;
}

const BUCKET_ENDS = [1000, 8000, 32_000, 128_000];

/** Prompts of like size take like time: up to 1k, 8k, 32k, 128k tokens, and more. */
export function promptBucket(tokens: number): number {
  const bucket = BUCKET_ENDS.findIndex((end) => tokens <= end);
  return bucket === -1 ? BUCKET_ENDS.length : bucket;
}

type Measure = keyof BucketStats;

class TargetTimes {
  readonly ewma = new PeakEwma();
  readonly addedLatency = new AddedLatency();
  private readonly histograms = new Map<string, LogHistogram>();

  of(measure: Measure, bucket: number): LogHistogram {
    const key = `${measure}${bucket}`;
    const histogram = this.histograms.get(key) ?? new LogHistogram();
    this.histograms.set(key, histogram);
    return histogram;
  }

  stats(bucket: number): BucketStats {
    const quantiles = (measure: Measure): Quantiles => this.of(measure, bucket).quantiles();
    return { firstToken: quantiles('firstToken'), whole: quantiles('whole'), gap: quantiles('gap') };
  }
}

/** How long targets take, by their own history. Memory grows with targets, not with calls. */
export class LatencyBook {
  private readonly targets = new Map<string, TargetTimes>();

  /** Says so where the target has become slow by this, or normal again. */
  recordFirstToken({ target, promptTokens }: Timed, ms: number, now: number): LatencyChange | undefined {
    const times = this.timesOf(target);
    const bucket = promptBucket(promptTokens);
    times.of('firstToken', bucket).record(ms);
    times.ewma.record(ms, now);
    return times.addedLatency.observe(bucket, ms);
  }

  recordWhole({ target, promptTokens }: Timed, ms: number): void {
    this.timesOf(target).of('whole', promptBucket(promptTokens)).record(ms);
  }

  recordGap({ target, promptTokens }: Timed, ms: number): void {
    this.timesOf(target).of('gap', promptBucket(promptTokens)).record(ms);
  }

  recordFailure(target: string, retryAfterMs: number | undefined, now: number): void {
    this.timesOf(target).ewma.recordFailure(retryAfterMs, now);
  }

  /** `undefined` where the target was never called. */
  stats({ target, promptTokens }: Timed): BucketStats | undefined {
    return this.targets.get(target)?.stats(promptBucket(promptTokens));
  }

  /** What a call that comes now has to expect of the target: less is better. */
  score(target: string, inFlight: number, now: number): number {
    return this.timesOf(target).ewma.score(inFlight, now);
  }

  /** Forgets targets that are no longer configured. */
  keep(targets: ReadonlySet<string>): void {
    for (const target of this.targets.keys()) if (!targets.has(target)) this.targets.delete(target);
  }

  private timesOf(target: string): TargetTimes {
    const times = this.targets.get(target) ?? new TargetTimes();
    this.targets.set(target, times);
    return times;
  }
}
