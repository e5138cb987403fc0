import type { FaultParameters } from './fault.js';
import type { Trigger } from './trigger.js';

/** Without a window, every prompt is too long for it. */
export function longerThan({ contextTokens }: FaultParameters): Trigger {
  return ({ promptTokens = 0 }) => ({ strikes: contextTokens === undefined || promptTokens > contextTokens });
}
