import type { CallRecord } from '#libs/simulators';
import type { CallMade } from './caller.js';
import { viewOf, type CallerView } from './caller-view.js';
import type { Cell, CellTarget } from './cell.js';

/** Everything that was seen of one cell from outside of the gateway: by its caller, and by its providers. */
export interface Observation {
  readonly call: CallMade;
  readonly view: CallerView;
  /** In the order in which they reached the providers. */
  readonly attempts: readonly SeenAttempt[];
}

/** One call as a provider saw it. */
export interface SeenAttempt {
  /** The target's position in the route; -1 for a call to what the route does not name. */
  readonly target: number;
  readonly record: CallRecord;
}

/** `records` may hold other cells' calls as well. */
export function observe(cell: Cell, call: CallMade, records: readonly CallRecord[]): Observation {
  const attempts = records
    .toSorted((one, next) => one.startedAt - next.startedAt)
    .map((record) => ({ target: cell.targets.findIndex((target) => isAt(target, record)), record }));
  return { call, view: viewOf(cell.surface, call), attempts };
}

const isAt = ({ channel, version }: CellTarget, record: CallRecord): boolean =>
  record.channel === channel && record.model === version;
