import type { FaultParameters } from './fault.js';
import type { Trigger } from './trigger.js';

const aSecond = 1000;

/** A provider that has only just recovered: more calls than it can take in a second, and it refuses all for a while. */
export function herd({ callsPerSecond = 5, relapseMs = 5000 }: FaultParameters): Trigger {
  let recent: readonly number[] = [];
  let refusesUntil = -Infinity;
  return (_call, now) => {
    recent = [...recent.filter((at) => at > now - aSecond), now];
    if (now >= refusesUntil && recent.length > callsPerSecond) refusesUntil = now + relapseMs;
    return { strikes: now < refusesUntil };
  };
}
