import type { HealthPolicy, HealthSignal, TargetState } from '#libs/contracts';
import type { Random } from '#libs/kernel';
import { backoffMs } from './backoff.js';
import { gateEnd } from './gate.js';
import { hintMs } from './hint.js';
import { penalties } from './penalty.js';

export interface FoldContext {
  readonly policy: HealthPolicy;
  readonly random: Random;
}

type Opening = Pick<TargetState, 'until' | 'openings'>;
type Hold = Pick<TargetState, 'calmFrom' | 'heldUntil'>;

const DAY_MS = 24 * 3_600_000;
/** A target that stayed closed for less than this has not recovered yet. */
const STEADY_MS = 120_000;

/** How a closed target opens: for longer each time, until it has stayed closed for long. */
export function firstOpening(state: TargetState, signal: HealthSignal, context: FoldContext): Opening & Hold {
  const settled = signal.at - state.since >= steadyMs(state, context.policy);
  const openings = settled ? 1 : state.openings + 1;
  const hold = holdFor(state, signal.at, context.policy);
  const until = Math.max(hold.heldUntil ?? 0, signal.at + closedFor(signal, openings, context));
  return { until, openings, ...hold };
}

/** How a target stays open whose probe failed: by the back-off, unless the provider says when to come back. */
export function nextOpening(state: TargetState, signal: HealthSignal, context: FoldContext): Opening {
  const { openMs } = context.policy;
  const notBefore = state.heldUntil ?? 0;
  const fault = signal.failure?.fault;
  if (fault === 'rate_limited') return { until: Math.max(notBefore, gateEnd(signal)), openings: state.openings };
  const openings = state.openings + 1;
  const hint = fault !== undefined && penalties[fault] === 'strike' ? hintMs(signal.failure?.retryAfterMs) : undefined;
  // Said by the last to ask: it may also be sooner than what was believed before.
  if (hint !== undefined) return { until: Math.max(notBefore, signal.at + Math.max(hint, openMs / 2)), openings };
  return { until: Math.max(state.until, signal.at + closedFor(signal, openings, context)), openings };
}

function closedFor(signal: HealthSignal, openings: number, { policy, random }: FoldContext): number {
  const { openMs: base, maxOpenMs: max } = policy;
  const said = signal.failure?.retryAfterMs;
  switch (signal.failure?.fault) {
    case 'money_gone':
    case 'bad_credential':
      // Only an operator can mend it: asking more often helps nobody.
      return max;
    case 'daily_quota':
      return said !== undefined && said > 0 ? Math.min(said, DAY_MS) : max;
    default:
      return Math.max(hintMs(said) ?? 0, backoffMs(openings, { base, max }, random));
  }
}

/** As long as it was last shut at most, and through its ramp twice. */
function steadyMs({ openings }: TargetState, { openMs, maxOpenMs, rampStepMs }: HealthPolicy): number {
  return Math.max(STEADY_MS, 8 * rampStepMs, Math.min(maxOpenMs, openMs * 2 ** Math.max(0, openings - 1)));
}

/**
 * On average a target changes once in `changeEveryMs`, counted from its first opening. That first opening and its
 * closing are on credit: whoever opens again before they, and a third change, are paid for stays open until that time,
 * and each opening after it adds two changes' time.
 */
function holdFor(state: TargetState, at: number, { changeEveryMs }: HealthPolicy): Hold {
  const calm = at + 5 * changeEveryMs;
  const before = state.calmFrom ?? 0;
  if (at >= before) return { calmFrom: calm };
  // An operator who restores an open target adds no debt without end.
  const paid = Math.min(before, calm);
  return { calmFrom: paid + 2 * changeEveryMs, heldUntil: paid };
}
