/** Medians of time to first token: of the last calls, and of the target's own history. */
export interface LatencyMedians {
  readonly recentMs: number;
  readonly baselineMs: number;
}

const SLOW = { times: 3, moreMs: 1000 };
const NORMAL = { times: 2, moreMs: 500 };

/** Slow from three times its usual and a second more; normal again below twice or half a second more. */
export function isSlow({ recentMs, baselineMs }: LatencyMedians, wasSlow: boolean): boolean {
  const bound = wasSlow ? NORMAL : SLOW;
  return recentMs >= baselineMs * bound.times && recentMs - baselineMs >= bound.moreMs;
}
