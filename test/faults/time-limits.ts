import type { Deadlines } from '#libs/contracts';
import type { Cell } from './cell.js';
import type { Nature } from './fault-entry.js';
import type { Reaction } from './reactions.js';

/** Short, so that a silence is; long enough for a busy machine. */
const deadlines: Deadlines = { connect: 1000, firstToken: 1200, interToken: 1200, attempt: 2400, total: 10_000 };

/** For all that a busy machine puts between two moments. */
const SLACK_MS = 2500;

export const deadlinesOf = ({ entry: { patienceMs = 0 } }: Pick<Cell, 'entry'>): Deadlines => ({
  connect: deadlines.connect,
  firstToken: deadlines.firstToken + patienceMs,
  interToken: deadlines.interToken + patienceMs,
  attempt: deadlines.attempt + patienceMs,
  total: deadlines.total + 2 * patienceMs,
});

/** A call that has not ended by then has been forgotten. */
export const hungAfterMs = (cell: Pick<Cell, 'entry'>): number => deadlinesOf(cell).total + 2 * SLACK_MS;

/** One deadline for each silence, and nothing to wait for otherwise. */
export function latestEndMs(cell: Cell, nature: Nature, expected: Reaction): number {
  const { firstToken, interToken, attempt } = deadlinesOf(cell);
  const { patienceMs = 0 } = cell.entry;
  if (nature !== 'silent' && nature !== 'stalled') return SLACK_MS + patienceMs;
  const silences = cell.shape.faulty.filter((faulty, index) => faulty && expected.attempts[index]?.[1] !== 0).length;
  const one = cell.stream ? Math.max(firstToken, interToken) : attempt;
  return silences * one + SLACK_MS;
}
