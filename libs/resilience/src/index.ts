export { deadlinesFor, type DeadlineSource } from './adaptive-deadlines.js';
export type { PaceChange } from './added-latency.js';
export { adopt, fold, hear, isSuspect, newBreaker, type Breaker } from './breaker.js';
export { admits, coldStart, noteLimited, noteStart, noteSuccess } from './cold-start.js';
export { newCongestion, noteRateLimit } from './congestion.js';
export { hedgeAfterMs, HedgeBudget } from './hedge.js';
export { LatencyBook } from './latency-book.js';
export type { FoldContext } from './opening.js';
export { penalties } from './penalty.js';
export {
  fits,
  headroom,
  isKnown,
  noteLimits,
  release,
  reserve,
  unknownQuota,
  type Quota,
  type Reservation,
} from './quota.js';
export { RetryBudget } from './retry-budget.js';
export { shareOf } from './share.js';
export { StormWatch } from './storm.js';
export { choose } from './strategies/choose.js';
export { stickyOrder } from './strategies/sticky-order.js';
export { availability, closedState, drain, gatedUntil, restore, shutUntil } from './target-state.js';
export { Trickle } from './trickle.js';
