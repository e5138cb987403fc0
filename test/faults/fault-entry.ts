import type { ErrorCode } from '#libs/kernel';
import type { FaultDefinition } from '#libs/simulators';

/** The provider faults of the library. */
export type FaultId = `F${number}`;

/**
 * How a fault shows itself to a right gateway; with the route's delivery and targets it decides what must become of the
 * call. `served`: not at all, the answer is whole. Before the first content token: `transient` may pass by itself,
 * `silent` is noticed by a deadline alone, `lasting` cannot pass soon (quota, money, credential), `useless` is an answer
 * that is none, `capacity` is the target saying that it is full. After it: `broken` ends the stream or says so in it,
 * `stalled` is noticed by a deadline. `rejected`: the request itself was refused.
 */
export type Nature =
  'served' | 'transient' | 'silent' | 'lasting' | 'useless' | 'capacity' | 'broken' | 'stalled' | 'rejected';

/** What a simulator is told; which calls it strikes the cell decides. */
export type SimulatedFault = Omit<FaultDefinition, 'channel' | 'model' | 'id' | 'afterTokens'> & {
  /** `drawn`: anywhere in the answer, by the seed. */
  readonly afterTokens?: number | 'drawn';
};

/** A fault of the library, as one call meets it at a target. */
export interface FaultEntry {
  readonly id: FaultId;
  readonly name: string;
  readonly fault: SimulatedFault;
  readonly streamed: Nature;
  readonly whole: Nature;
  /** What callers are told when it strikes every target. */
  readonly code?: ErrorCode;
  /** It takes its time by nature: the route gets these milliseconds more for every step. */
  readonly patienceMs?: number;
}
