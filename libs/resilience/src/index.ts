export { adopt, fold, isSuspect, newBreaker, suspectUntil, type Breaker } from './breaker.js';
export type { FoldContext } from './opening.js';
export { penalties, type Penalty } from './penalty.js';
export { rampEnd, shareOf } from './share.js';
export { availability, closedState, drain, gatedUntil, restore, shutUntil } from './target-state.js';
