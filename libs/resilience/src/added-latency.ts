import { isSlow, type LatencyMedians } from './added-latency-rule.js';
import { LogHistogram } from './log-histogram.js';

export interface LatencyChange extends LatencyMedians {
  readonly speed: 'slow' | 'normal';
}

const RECENT = 10;
const LEAST_HISTORY = 10;
/** A slow time enters the history faintly: it takes ten times as long to become the usual. */
const SLOW_WEIGHT = 0.1;

interface Sample {
  readonly bucket: number;
  readonly ms: number;
  readonly usualMs: number;
}

/**
 * Notices that a target's time to first token is not what it used to be, by its own history. Each call is compared with
 * the usual time of its prompt size, so that larger prompts do not look like a slower target.
 */
export class AddedLatency {
  private readonly history = new Map<number, LogHistogram>();
  private recent: readonly Sample[] = [];
  private slow = false;

  /** Says so where the target became slow or normal again, and nothing otherwise. */
  observe(bucket: number, ms: number): LatencyChange | undefined {
    const history = this.history.get(bucket) ?? new LogHistogram();
    this.history.set(bucket, history);
    if (history.count < LEAST_HISTORY) {
      history.record(ms);
      return undefined;
    }
    this.add({ bucket, ms, usualMs: history.quantile(0.5) });
    return this.change();
  }

  /** What is recent is no history yet: a target that became slow must not become its own measure. */
  private add(sample: Sample): void {
    const all = [...this.recent, sample];
    const [oldest] = all.length > RECENT ? all : [];
    if (oldest) this.history.get(oldest.bucket)?.record(oldest.ms, this.slow ? SLOW_WEIGHT : 1);
    this.recent = all.slice(-RECENT);
  }

  private change(): LatencyChange | undefined {
    if (this.recent.length < RECENT) return undefined;
    const recentMs = median(this.recent.map(({ ms }) => ms));
    const baselineMs = median(this.recent.map(({ usualMs }) => usualMs));
    const slow = isSlow({ recentMs, baselineMs }, this.slow);
    if (slow === this.slow) return undefined;
    this.slow = slow;
    return { speed: slow ? 'slow' : 'normal', recentMs, baselineMs };
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
