import type { FaultClass } from '#libs/contracts';
import { penalties } from '#libs/resilience';

/** Faults that a second try may not meet again. A silence is none of them: it would be waited for twice. */
const transient: ReadonlySet<FaultClass> = new Set([
  'overloaded',
  'provider_error',
  'unreachable',
  'cut',
  'error_event',
  'wrong_output',
]);

export const isTransient = (fault: FaultClass): boolean => transient.has(fault);

/** The target itself fails, as opposed to being full, or not ours to use. */
export const isFailing = (fault: FaultClass): boolean => penalties[fault] === 'strike';

/** The request itself was refused: what the provider said is for its caller, and another target hides it. */
const callers: ReadonlySet<FaultClass> = new Set(['client_error', 'context_length', 'refused']);

export const isCallers = (fault: FaultClass): boolean => callers.has(fault);
