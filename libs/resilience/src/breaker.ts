import type { FaultClass, HealthSignal, TargetState } from '#libs/contracts';
import { isSlow } from './added-latency-rule.js';
import { withGate } from './gate.js';
import { hintMs } from './hint.js';
import { firstOpening, nextOpening, type FoldContext } from './opening.js';
import { penalties } from './penalty.js';
import { addResults, emptyWindow, resultsAt, type ResultWindow } from './result-window.js';
import { closedState } from './target-state.js';

/** A target's state with what is counted towards the next change. */
export interface Breaker {
  readonly state: TargetState;
  /** Strikes since the last success. */
  readonly strikes: number;
  readonly struckAt: number;
  /** When somebody else last saw it fail. */
  readonly doubtedAt: number;
  readonly window: ResultWindow;
  readonly recent: TargetState['evidence'];
}

const EVIDENCE = 5;
const SUSPECT_MS = 250;
/** What a target that has become slow keeps of its share: enough to see it become normal again. */
const SLOW_SHARE = 0.1;

const uncounted = { strikes: 0, struckAt: 0, doubtedAt: 0, window: emptyWindow, recent: [] } as const;

export function newBreaker(target: string): Breaker {
  return { state: closedState(target), ...uncounted };
}

/**
 * A breaker in a state that was decided elsewhere. With `own`, what was counted here stays counted where the phase is the
 * same; and an opening of ours that the news does not know of yet stands.
 */
export function adopt(state: TargetState, own?: Breaker): Breaker {
  if (own === undefined) return { state, ...uncounted };
  const mine = own.state;
  if (mine.phase === state.phase && mine.since === state.since) return { ...own, state };
  const unheard = mine.phase === 'open' && state.phase === 'closed' && state.since < mine.since;
  if (!unheard) return { state, ...uncounted };
  return { ...own, state: { ...mine, gates: state.gates, share: state.share } };
}

/** Until when a target that failed last is doubted: another of the same model is better meanwhile. 0 where it is not. */
export function suspectUntil(breaker: Breaker): number {
  const failedAt = Math.max(breaker.strikes > 0 ? breaker.struckAt : 0, breaker.doubtedAt);
  return failedAt > 0 ? failedAt + SUSPECT_MS : 0;
}

export function isSuspect(breaker: Breaker, now: number): boolean {
  return now < suspectUntil(breaker);
}

/**
 * Takes in a failure that another dispatcher saw. It casts doubt at once and counts for nothing here: the others'
 * successes are not heard, so their failures alone would add up to a verdict. What one failure decides, it decides.
 */
export function hear(breaker: Breaker, signal: HealthSignal, context: FoldContext): Breaker {
  const fault = signal.failure?.fault;
  if (fault === undefined || penalties[fault] === 'none') return breaker;
  return penalties[fault] === 'strike' ? { ...breaker, doubtedAt: signal.at } : fold(breaker, signal, context);
}

/** Folds one signal into a target's breaker: the same rule in every dispatcher and in the health service. */
export function fold(breaker: Breaker, signal: HealthSignal, context: FoldContext): Breaker {
  const timed = withLatency(breaker, signal);
  const fault = signal.failure?.fault;
  switch (fault === undefined ? 'none' : penalties[fault]) {
    case 'none':
      return succeeded(timed, signal, context);
    case 'gate':
      return gated(noted(succeeded(timed, signal, context), signal), signal, context);
    case 'quota':
      return shut(noted(timed, signal), signal, context);
    case 'strike':
      return struck(timed, signal, context);
  }
}

function succeeded(breaker: Breaker, signal: HealthSignal, { policy }: FoldContext): Breaker {
  if (signal.successes === 0 || breaker.state.phase === 'drained') return breaker;
  // A late success of a call begun before the target opened proves nothing about now.
  if (breaker.state.phase === 'open') {
    const proven = signal.probe && !signal.failure && signal.at >= (breaker.state.heldUntil ?? 0);
    return proven ? close(breaker, signal.at) : breaker;
  }
  const results = { successes: signal.successes, failures: 0 };
  return { ...breaker, strikes: 0, window: addResults(breaker.window, results, signal.at, policy.windowMs) };
}

function struck(breaker: Breaker, signal: HealthSignal, context: FoldContext): Breaker {
  const counted = noted(breaker, signal);
  if (breaker.state.phase === 'drained') return counted;
  if (breaker.state.phase === 'open')
    return signal.probe ? reopen(counted, signal, context) : postpone(counted, signal);
  const { at, successes } = signal;
  const { windowMs } = context.policy;
  const window = addResults(breaker.window, { successes, failures: 1 }, at, windowMs);
  const strikes = successes > 0 ? 1 : breaker.strikes + 1;
  const next = { ...counted, strikes, struckAt: at, window };
  return isFailing(next, at, context) ? open(next, signal, context) : next;
}

function isFailing({ strikes, window }: Breaker, at: number, { policy }: FoldContext): boolean {
  if (strikes >= policy.consecutiveFailures) return true;
  const { successes, failures } = resultsAt(window, at, policy.windowMs);
  const calls = successes + failures;
  return calls >= policy.minimumCalls && failures >= calls * policy.failureRatio;
}

/** Its limit is used up for a while; that it answers so is no failure, except of a probe. */
function gated(breaker: Breaker, signal: HealthSignal, context: FoldContext): Breaker {
  const { state } = breaker;
  const gates = withGate(state, signal);
  const failed = signal.probe && state.phase === 'open' ? nextOpening(state, signal, context) : {};
  const changed = { ...state, gates, ...failed };
  const same = gates === state.gates && changed.until === state.until;
  return same ? breaker : changeTo(breaker, changed);
}

function shut(breaker: Breaker, signal: HealthSignal, context: FoldContext): Breaker {
  if (breaker.state.phase === 'drained') return breaker;
  if (breaker.state.phase === 'closed') return open(breaker, signal, context);
  // Calls that were under way when it opened say the same again.
  return signal.probe || signal.failure?.fault !== breaker.state.reason ? reopen(breaker, signal, context) : breaker;
}

function open(breaker: Breaker, signal: HealthSignal, context: FoldContext): Breaker {
  const opening = firstOpening(breaker.state, signal, context);
  const reason = faultOf(signal);
  const state = { ...breaker.state, ...opening, phase: 'open', since: signal.at, reason, rampFrom: 0 } as const;
  return { ...changeTo(breaker, state), strikes: 0, struckAt: 0, window: emptyWindow };
}

function reopen(breaker: Breaker, signal: HealthSignal, context: FoldContext): Breaker {
  const opening = nextOpening(breaker.state, signal, context);
  return changeTo(breaker, { ...breaker.state, ...opening, reason: faultOf(signal) });
}

/** Others fail at an open target, too: their provider's word moves its time only later. */
function postpone(breaker: Breaker, signal: HealthSignal): Breaker {
  const until = signal.at + (hintMs(signal.failure?.retryAfterMs) ?? 0);
  return until > breaker.state.until ? changeTo(breaker, { ...breaker.state, until }) : breaker;
}

function close(breaker: Breaker, at: number): Breaker {
  const reason = breaker.state.share < 1 ? 'added_latency' : 'none';
  const state = { ...breaker.state, phase: 'closed', since: at, until: 0, reason, rampFrom: at, evidence: [] } as const;
  return { state: { ...state, version: breaker.state.version + 1 }, ...uncounted };
}

/** A target that answers, but later than it used to: less of its share, never out. */
function withLatency(breaker: Breaker, signal: HealthSignal): Breaker {
  const { state } = breaker;
  if (signal.latency === undefined) return breaker;
  const share = isSlow(signal.latency, state.share < 1) ? SLOW_SHARE : 1;
  if (share === state.share) return breaker;
  const closedReason = share < 1 ? 'added_latency' : 'none';
  const reason = state.phase === 'closed' ? closedReason : state.reason;
  return { ...breaker, state: { ...state, share, reason, version: state.version + 1 } };
}

function changeTo(breaker: Breaker, state: TargetState): Breaker {
  return { ...breaker, state: { ...state, evidence: breaker.recent, version: breaker.state.version + 1 } };
}

function noted(breaker: Breaker, signal: HealthSignal): Breaker {
  const seen = { at: signal.at, fault: faultOf(signal), dispatcher: signal.dispatcher };
  return { ...breaker, recent: [...breaker.recent, seen].slice(-EVIDENCE) };
}

const faultOf = (signal: HealthSignal): FaultClass => signal.failure?.fault ?? 'provider_error';
