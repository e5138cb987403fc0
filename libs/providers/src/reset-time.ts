import { readDuration } from './duration.js';

const NUMBER = /^\d+(?:\.\d+)?$/;
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/** Numbers beyond these are points in time: no limit takes thirty years to reset. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MS = 1e11;

/**
 * Milliseconds until a limit is full again, negative where that is past. Vendors say it as seconds, as a duration with
 * units, as a time stamp, or as the Unix epoch's seconds or milliseconds. `undefined` for anything else.
 */
export function readReset(text: string, now: number): number | undefined {
  const value = text.trim();
  if (NUMBER.test(value)) return ofNumber(Number(value), now);
  return readDuration(value) ?? (RFC_3339.test(value) ? known(Date.parse(value) - now) : undefined);
}

function ofNumber(value: number, now: number): number | undefined {
  if (value >= EPOCH_MS) return known(value - now);
  return value >= EPOCH_SECONDS ? value * 1000 - now : value * 1000;
}

function known(ms: number): number | undefined {
  return Number.isFinite(ms) ? ms : undefined;
}
