import type { LimitKind, TargetState } from '#libs/contracts';

// Asked for every target of every call: no lists are made.
const limitKinds: readonly LimitKind[] = ['requests', 'tokens', 'input_tokens', 'output_tokens'];

/** Of a target that nothing is known against. */
export function closedState(target: string): TargetState {
  const state = { target, phase: 'closed', since: 0, until: 0, openings: 0, reason: 'none' } as const;
  return { ...state, rampFrom: 0, share: 1, gates: {}, evidence: [], version: 0 };
}

/** May this target be called now? `probe`: by one caller at a time, to find out. */
export function availability(state: TargetState, now: number): 'usable' | 'probe' | 'shut' {
  if (state.phase === 'drained' || gatedUntil(state) > now) return 'shut';
  if (state.phase === 'closed') return 'usable';
  return now >= state.until ? 'probe' : 'shut';
}

/** When the last of its used-up limits is free again; 0 where none is used up. */
export function gatedUntil(state: TargetState): number {
  let latest = 0;
  for (const kind of limitKinds) latest = Math.max(latest, state.gates[kind] ?? 0);
  return latest;
}

/** When a shut target may be called again: epoch milliseconds, 0 where it may be now, Infinity where an operator decides. */
export function shutUntil(state: TargetState, now: number): number {
  if (state.phase === 'drained') return Infinity;
  const until = Math.max(gatedUntil(state), state.phase === 'open' ? state.until : 0);
  return until > now ? until : 0;
}

/** Taken out by an operator, until it is restored. */
export function drain(state: TargetState, at: number): TargetState {
  if (state.phase === 'drained') return state;
  return { ...state, phase: 'drained', since: at, until: 0, reason: 'operator', version: state.version + 1 };
}

/** An operator says that it works, drained or open: it comes back by the ramp, and what was held against it is gone. */
export function restore(state: TargetState, at: number): TargetState {
  const fresh = { ...closedState(state.target), since: at, rampFrom: at, version: state.version + 1 };
  return state.calmFrom === undefined ? fresh : { ...fresh, calmFrom: state.calmFrom };
}
