/** How many calls may be under way at a target whose quota is not known: few at first, more with each that succeeds. */
export interface ColdStart {
  readonly allowed: number;
  readonly usedAt: number;
}

/** At most so many until the first answer. */
export const coldConcurrency = 8;
/** From here on the target is as warm as any. */
const WARM = 4096;
const IDLE_MS = 60_000;

export const coldStart: ColdStart = { allowed: coldConcurrency, usedAt: -Infinity };

/** May another call be started beside those under way? A minute without a call makes a target cold again. */
export function admits(cold: ColdStart, inFlight: number, now: number): boolean {
  return inFlight < thawed(cold, now).allowed;
}

export function noteStart(cold: ColdStart, now: number): ColdStart {
  return { ...thawed(cold, now), usedAt: now };
}

/** One more for each success: twice as many after each round of calls. */
export function noteSuccess(cold: ColdStart, now: number): ColdStart {
  return { allowed: Math.min(WARM, cold.allowed + 1), usedAt: now };
}

/** It had enough: half as many, never none. */
export function noteLimited(cold: ColdStart, now: number): ColdStart {
  return { allowed: Math.max(1, Math.floor(cold.allowed / 2)), usedAt: now };
}

const thawed = (cold: ColdStart, now: number): ColdStart => (now - cold.usedAt > IDLE_MS ? coldStart : cold);
