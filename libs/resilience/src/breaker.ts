import type { FaultClass, HealthPolicy, HealthSignal, TargetState } from '#libs/contracts';
import type { Random } from '#libs/kernel';
import { backoffMs } from './backoff.js';
import { penalties } from './penalty.js';

/** A target's state with what is counted towards the next change. */
export interface Breaker {
  readonly state: TargetState;
  /** Strikes since the last success. */
  readonly strikes: number;
  readonly recent: TargetState['evidence'];
}

const EVIDENCE = 5;
/** What a provider that names no time is given to refill a quota. */
const GATE_MS = 5000;
/** A provider's Retry-After beyond this is not believed. */
const MAX_RETRY_AFTER_MS = 300_000;

export function closedState(target: string): TargetState {
  const state = { target, phase: 'closed', since: 0, until: 0, openings: 0, reason: 'none' } as const;
  return { ...state, rampFrom: 0, share: 1, gates: {}, evidence: [], version: 0 };
}

export function newBreaker(target: string): Breaker {
  return { state: closedState(target), strikes: 0, recent: [] };
}

/** A breaker in a state that was decided elsewhere; what was counted locally starts anew. */
export function adopt(state: TargetState): Breaker {
  return { state, strikes: 0, recent: [] };
}

/** May this target be called now? `probe`: by one caller at a time, to find out. */
export function availability(state: TargetState, now: number): 'usable' | 'probe' | 'shut' {
  if (state.phase === 'closed') return 'usable';
  return now >= state.until ? 'probe' : 'shut';
}

export interface FoldContext {
  readonly policy: HealthPolicy;
  readonly random: Random;
}

/** Folds one signal into a target's breaker: the same rule in every dispatcher and in the health service. */
export function fold(breaker: Breaker, signal: HealthSignal, context: FoldContext): Breaker {
  const failed = signal.failure;
  if (failed === undefined || penalties[failed.fault] === 'none') return afterSuccess(breaker, signal);
  const noted = note(breaker, signal, failed.fault);
  if (penalties[failed.fault] === 'gate') return open(noted, signal, context);
  if (breaker.state.phase === 'open') return signal.probe ? open(noted, signal, context) : noted;
  return noted.strikes >= context.policy.consecutiveFailures ? open(noted, signal, context) : noted;
}

function afterSuccess(breaker: Breaker, signal: HealthSignal): Breaker {
  if (signal.successes === 0) return breaker;
  // A late success of a call begun before the target opened proves nothing about now.
  if (breaker.state.phase === 'open') return signal.probe ? close(breaker, signal.at) : breaker;
  return breaker.strikes === 0 ? breaker : { ...breaker, strikes: 0 };
}

function note(breaker: Breaker, signal: HealthSignal, fault: FaultClass): Breaker {
  const seen = { at: signal.at, fault, dispatcher: signal.dispatcher };
  const strikes = signal.successes > 0 ? 1 : breaker.strikes + 1;
  return { ...breaker, strikes, recent: [...breaker.recent, seen].slice(-EVIDENCE) };
}

function open(breaker: Breaker, signal: HealthSignal, context: FoldContext): Breaker {
  const fault = signal.failure?.fault ?? 'provider_error';
  const full = fault === 'rate_limited';
  // A full quota is not a failing target: it does not lengthen the back-off.
  const openings = full ? breaker.state.openings : breaker.state.openings + 1;
  const until = Math.max(breaker.state.until, signal.at + openFor(signal, openings, context));
  const since = breaker.state.phase === 'open' ? breaker.state.since : signal.at;
  const state = { ...breaker.state, phase: 'open', since, until, openings, reason: fault } as const;
  return { ...breaker, strikes: 0, state: { ...state, evidence: breaker.recent, version: breaker.state.version + 1 } };
}

function openFor(signal: HealthSignal, openings: number, context: FoldContext): number {
  const asked = Math.min(signal.failure?.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS);
  if (signal.failure?.fault === 'rate_limited') return asked || GATE_MS;
  const { openMs: base, maxOpenMs: max } = context.policy;
  return Math.max(asked, backoffMs(openings, { base, max }, context.random));
}

function close(breaker: Breaker, at: number): Breaker {
  const version = breaker.state.version + 1;
  return { state: { ...closedState(breaker.state.target), since: at, version }, strikes: 0, recent: [] };
}
