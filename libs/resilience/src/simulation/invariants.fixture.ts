import type { HealthPolicy, HealthSignal, TargetState } from '#libs/contracts';
import { fold, type Breaker } from '../breaker.js';
import type { FoldContext } from '../opening.js';
import { penalties } from '../penalty.js';

const MINUTE = 60_000;
const DAY_MS = 24 * 60 * MINUTE;

/** Throws where a law is broken: `expect` is too slow for millions of checks. */
export function must(holds: boolean, law: string, ...seen: readonly unknown[]): void {
  if (!holds) throw new Error(`${law}: ${JSON.stringify(seen)}`);
}

/** Folds, and checks that the step was lawful. */
export function lawfulFold(before: Breaker, signal: HealthSignal, context: FoldContext): Breaker {
  const after = fold(before, signal, context);
  const [was, is] = [before.state, after.state];
  must(is.version - was.version === (was === is ? 0 : is.version - was.version), 'an unchanged state is the same', is);
  must(was === is || is.version > was.version, 'a changed state has a higher version', was, is);
  const penalty = signal.failure ? penalties[signal.failure.fault] : 'none';
  if (penalty === 'gate') must(is.phase === was.phase && is.openings === was.openings, 'a gate opens nothing', is);
  if (was.phase === 'open' && is.phase === 'closed') must(signal.probe && penalty === 'none', 'a probe closes', is);
  if (was.phase === 'drained') must(is.phase === 'drained', 'only an operator restores', is);
  if (is.phase === 'open') checkOpen(was, is, signal, context.policy);
  checkSize(after);
  return after;
}

function checkOpen(was: TargetState, is: TargetState, signal: HealthSignal, policy: HealthPolicy): void {
  if (was.phase !== 'open') must(is.until > signal.at, 'until is ahead at opening', is, signal);
  if (was.phase === 'open' && !signal.probe) must(is.until >= was.until, 'until moves later', was, is);
  const longest = signal.failure?.fault === 'daily_quota' ? DAY_MS : Math.max(policy.maxOpenMs, 5 * MINUTE);
  must(is.until <= Math.max(was.until, signal.at + longest), 'the back-off is bounded', was, is, signal);
}

function checkSize({ recent, window, state }: Breaker): void {
  const slots = window.successes.length + window.failures.length;
  must(recent.length <= 5 && slots === 20 && Object.keys(state.gates).length <= 4, 'memory is bounded', state);
}

/** Counts what opens and closes: at most once a minute, since the target began to after a quiet time; but three at first. */
export class FlappingCheck {
  worst = 0;
  private changes: number[] = [];

  note(at: number): void {
    const quiet = at - (this.changes.at(-1) ?? -Infinity) >= 10 * MINUTE;
    this.changes = quiet ? [at] : [...this.changes, at];
    const [first = at] = this.changes;
    must(
      this.changes.length <= Math.max(3, (at - first) / MINUTE),
      'a target flaps at most once a minute',
      this.changes,
    );
    this.worst = Math.max(this.worst, this.changes.filter((change) => change >= at - 10 * MINUTE).length);
  }

  /** An operator's own changes are no flapping. */
  forgive(): void {
    this.changes = [];
  }
}
