import { createHash } from 'node:crypto';
import type { ActiveFault } from './fault.js';
import type { FaultSubject } from './fault-subject.js';

/** A number from 0 to 100 that is a caller's own as long as the fault's seed stays; 100 for a call that names no caller. */
export function placeOf({ sticky }: ActiveFault, call: FaultSubject, seed: number): number {
  const identity = sticky === 'credential' ? call.credential : call.opening;
  if (identity === undefined) return 100;
  return (createHash('sha256').update(`${seed} ${identity}`).digest().readUInt32BE() / 2 ** 32) * 100;
}
