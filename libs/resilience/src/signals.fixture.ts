import { defaultHealthPolicy, type FaultClass, type HealthPolicy, type HealthSignal } from '#libs/contracts';
import { seededRandom } from '#libs/kernel';
import { fold, newBreaker, type Breaker } from './breaker.js';
import type { FoldContext } from './opening.js';

export const policy: HealthPolicy = { ...defaultHealthPolicy, openMs: 1000, maxOpenMs: 8000 };
export const context: FoldContext = { policy, random: seededRandom(1) };

export function signal(at: number, part: Partial<HealthSignal> = {}): HealthSignal {
  return { dispatcher: 'd1', target: 't', at, successes: 0, probe: false, ...part };
}

export function failure(at: number, fault: FaultClass = 'provider_error', retryAfterMs?: number): HealthSignal {
  const hint = retryAfterMs === undefined ? {} : { retryAfterMs };
  return signal(at, { failure: { fault, requestId: 'r', ...hint } });
}

export const success = (at: number, successes = 1): HealthSignal => signal(at, { successes });
export const probe = (of: HealthSignal): HealthSignal => ({ ...of, probe: true });

export function run(signals: readonly HealthSignal[], from: Breaker = newBreaker('t'), within = context): Breaker {
  return signals.reduce((breaker, next) => fold(breaker, next, within), from);
}

/** Three strikes in a row. */
export const strikesAt = (at: number): HealthSignal[] => [failure(at), failure(at), failure(at)];
