/** Results of the last while, exactly: counts in a ring of ten slots, of which the oldest is dropped whole. */
export interface ResultWindow {
  /** Number of the newest slot since the epoch. */
  readonly newest: number;
  /** By slot number modulo ten. */
  readonly successes: readonly number[];
  readonly failures: readonly number[];
}

const SLOTS = 10;
const none: readonly number[] = Array.from({ length: SLOTS }, () => 0);

export const emptyWindow: ResultWindow = { newest: 0, successes: none, failures: none };

export interface Results {
  readonly successes: number;
  readonly failures: number;
}

/** Adds results of the time `at`; what is older than the window is left out. */
export function addResults(window: ResultWindow, results: Results, at: number, windowMs: number): ResultWindow {
  const slot = slotOf(at, windowMs);
  const { newest, successes, failures } = advance(window, slot);
  if (slot <= newest - SLOTS) return window;
  const index = slot % SLOTS;
  return {
    newest,
    successes: successes.with(index, (successes[index] ?? 0) + results.successes),
    failures: failures.with(index, (failures[index] ?? 0) + results.failures),
  };
}

/** What was counted within the window that ends at `at`. */
export function resultsAt(window: ResultWindow, at: number, windowMs: number): Results {
  const { successes, failures } = advance(window, slotOf(at, windowMs));
  return { successes: sum(successes), failures: sum(failures) };
}

const slotOf = (at: number, windowMs: number): number => Math.floor((at * SLOTS) / windowMs);

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

function advance(window: ResultWindow, slot: number): ResultWindow {
  const steps = slot - window.newest;
  if (steps <= 0) return window;
  if (steps >= SLOTS) return { ...emptyWindow, newest: slot };
  // Slots between the old and the new newest have passed without a result.
  const stale = (index: number): boolean => (slot - index) % SLOTS < steps;
  const keep = (count: number, index: number): number => (stale(index) ? 0 : count);
  return { newest: slot, successes: window.successes.map(keep), failures: window.failures.map(keep) };
}
