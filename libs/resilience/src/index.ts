export { adopt, availability, closedState, fold, newBreaker, type Breaker, type FoldContext } from './breaker.js';
export { penalties } from './penalty.js';
