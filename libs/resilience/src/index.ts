export { adopt, availability, closedState, fold, newBreaker, type Breaker, type FoldContext } from './breaker.js';
export { penalties } from './penalty.js';
export { deadlinesFor, type DeadlineSource } from './adaptive-deadlines.js';
export type { PaceChange } from './added-latency.js';
export { hedgeAfterMs, HedgeBudget } from './hedge.js';
export { LatencyBook } from './latency-book.js';
export { choose } from './strategies/choose.js';
export { stickyOrder } from './strategies/sticky-order.js';
