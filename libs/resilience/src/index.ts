export { deadlinesFor } from './adaptive-deadlines.js';
export type { LatencyChange } from './added-latency.js';
export { adopt, fold, isSuspect, newBreaker, suspectUntil, type Breaker } from './breaker.js';
export {
  admits,
  coldConcurrency,
  coldStart,
  noteLimited,
  noteStart,
  noteSuccess,
  type ColdStart,
} from './cold-start.js';
export { newCongestion, noteRateLimit, type CongestionState, type RateLimited } from './congestion.js';
export { hedgeAfterMs, mayHedge, noHedgeSpend, noteSpend, type HedgeSpend } from './hedge.js';
export { LatencyBook, promptBucket, type BucketStats, type Timed } from './latency-book.js';
export type { Quantiles } from './log-histogram.js';
export type { FoldContext } from './opening.js';
export { penalties, type Penalty } from './penalty.js';
export {
  fits,
  headroom,
  isKnown,
  noteLimits,
  release,
  reserve,
  unknownQuota,
  type Fit,
  type Need,
  type Quota,
  type Reservation,
} from './quota.js';
export { RetryBudget, type RetryBudgetLimits } from './retry-budget.js';
export { rampEnd, shareOf } from './share.js';
export { StormWatch, type Rejection } from './storm.js';
export type { StrategyCandidate } from './strategies/candidate.js';
export { stickyOrder } from './strategies/sticky-order.js';
export { choose } from './strategies/strategies.js';
export { availability, closedState, drain, gatedUntil, restore, shutUntil } from './target-state.js';
export { Trickle } from './trickle.js';
