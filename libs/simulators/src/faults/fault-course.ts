import type { FaultDefinition } from './fault.js';

type Course = Pick<FaultDefinition, 'percent' | 'startAfterMs' | 'onsetMs' | 'periodMs' | 'durationMs' | 'recoveryMs'>;

/** When a fault set at a time is over for good; `undefined` when it has to be ended. */
export function endOf({ startAfterMs = 0, durationMs, recoveryMs = 0 }: Course, setAt: number): number | undefined {
  return durationMs === undefined ? undefined : setAt + startAfterMs + durationMs + recoveryMs;
}

/** The share of calls, 0 to 100, that a fault strikes so many milliseconds after it was set. */
export function shareAt(course: Course, sinceSet: number): number {
  const { percent = 100, startAfterMs = 0, onsetMs = 0, periodMs, durationMs = Infinity, recoveryMs = 0 } = course;
  const age = sinceSet - startAfterMs;
  if (age < 0) return 0;
  if (periodMs !== undefined && Math.floor(age / periodMs) % 2 === 1) return 0;
  const grown = onsetMs === 0 ? 1 : Math.min(1, age / onsetMs);
  const late = age - durationMs;
  if (late < 0) return percent * grown;
  return recoveryMs === 0 ? 0 : percent * grown * Math.max(0, 1 - late / recoveryMs);
}
