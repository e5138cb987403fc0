const DAY_MS = 86_400_000;
const UNITS_MS = [DAY_MS, 3_600_000, 60_000, 1000, 1] as const;
const PART = String.raw`(\d+(?:\.\d+)?)`;
const DURATION = new RegExp(`^${['d', 'h', 'm', 's', 'ms'].map((unit) => `(?:${PART}${unit})?`).join('')}$`);
const MAX_LENGTH = 32;

/** Milliseconds of a duration with its units: `6m0s`, `59.9s`, `20ms`, `1h30m`; `undefined` for anything else. */
export function readDuration(text: string): number | undefined {
  const parts = text === '' || text.length > MAX_LENGTH ? null : DURATION.exec(text);
  return parts?.slice(1).reduce((sum, part, i) => sum + Number(part ?? 0) * (UNITS_MS[i] ?? 0), 0);
}
