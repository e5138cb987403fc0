import type { ErrorCode } from '#libs/kernel';
import type { DoorMode, FaultDefinition } from '#libs/simulators';
import type { ShapeName } from './shape.js';

/** The provider faults of the library. */
export type FaultId = `F${number}`;

/**
 * How a fault shows itself to a right gateway; with the route's delivery and targets it decides what must become of the
 * call. `served`: not at all, the answer is whole. Before the first content token: `transient` may pass by itself,
 * `passing` has passed at the next call, `silent` is noticed by a deadline alone, `lasting` cannot pass soon (quota,
 * money, credential), `useless` is an answer that is none, `capacity` is the target saying that it is full. After it:
 * `broken` ends the stream or says so in it, `stalled` is noticed by a deadline. `rejected`: the request itself was
 * refused; `too_long` is refused because of the model's context window.
 */
export type Nature =
  | 'served'
  | 'transient'
  | 'passing'
  | 'silent'
  | 'lasting'
  | 'useless'
  | 'capacity'
  | 'broken'
  | 'stalled'
  | 'rejected'
  | 'too_long';

/** How a connection to a target fails: as a simulator's door does, or already at the name. */
export type Unreachable = Exclude<DoorMode, 'open'> | 'no-such-name';

/** What a simulator is told; which calls it strikes the cell decides. */
export type SimulatedFault = Omit<FaultDefinition, 'channel' | 'model' | 'id' | 'afterTokens'> & {
  /** `drawn`: anywhere in the answer, by the seed. */
  readonly afterTokens?: number | 'drawn';
};

/** A fault of the library, as one call meets it at a target. */
export interface FaultEntry {
  readonly id: FaultId;
  readonly name: string;
  /** Nothing to tell a simulator where the target is not even reached. */
  readonly fault: SimulatedFault | { readonly unreachable: Unreachable };
  readonly streamed: Nature;
  readonly whole: Nature;
  /** What callers are told when it strikes every target. */
  readonly code?: ErrorCode;
  /** It means nothing with other targets. */
  readonly shapes?: readonly ShapeName[];
  /** It takes its time by nature: the route gets these milliseconds more for every step. */
  readonly patienceMs?: number;
}
