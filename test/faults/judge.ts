import { spentOn } from './spend.js';
import { natureOf, reactionTo, wholeTextOf, type Cell } from './cell.js';
import type { Observation, SeenAttempt } from './observation.js';
import type { Reaction } from './reactions.js';
import { leakedFrom } from './leak.js';
import { latestEndMs } from './time-limits.js';

/** What the caller got, in words of the table. */
export type CallerOutcome =
  | { readonly kind: 'answered'; readonly by: number }
  | { readonly kind: 'spliced' }
  | { readonly kind: 'error' | 'interrupted' | 'rejected'; readonly code: string }
  | { readonly kind: 'truncated as success' | 'cut' | 'hung' | 'unreadable' | 'foreign answer' };

export interface Verdict {
  readonly outcome: CallerOutcome;
  /** Empty for a right cell. */
  readonly wrong: readonly string[];
  /** Calls each target got. */
  readonly attempts: readonly number[];
  /** Milliseconds from the end of an attempt to the beginning of the next, as the providers saw them. */
  readonly gapsMs: readonly number[];
  /** Attempts that the gateway ended. */
  readonly cancelled: number;
  readonly tookMs: number;
  /** Micro-units for tokens that nobody got. */
  readonly wasted: number;
}

export function judge(cell: Cell, seen: Observation): Verdict {
  const expected = reactionTo(cell);
  const outcome = outcomeOf(cell, seen);
  const { call, attempts } = seen;
  const delivered = deliveredOf(attempts, outcome);
  const useful = outcome.kind === 'interrupted' ? [] : delivered;
  return {
    outcome,
    wrong: [
      ...outcomeFaults(expected, outcome, cell),
      ...textFaults(cell, seen, outcome),
      ...leakedFrom(attempts, delivered, call).map((what) => `${what} of a failed attempt reached the caller`),
      ...(hadToWait(cell, call) ? [] : [...errorFaults(outcome, seen), ...headerFaults(cell, seen, outcome)]),
      ...attemptFaults(cell, expected, attempts),
      ...connectionFaults(attempts),
      ...timeFaults(cell, seen),
    ],
    attempts: cell.targets.map((_, index) => attempts.filter(({ target }) => target === index).length),
    gapsMs: gapsOf(attempts),
    cancelled: attempts.filter(({ record }) => record.outcome === 'client-closed').length,
    tookMs: call.endedAt - call.sentAt,
    wasted: attempts
      .filter((attempt) => !useful.includes(attempt))
      .reduce((sum, { record }) => sum + spentOn(record), 0),
  };
}

/** Attempts of which the caller has something by right. */
function deliveredOf(attempts: readonly SeenAttempt[], outcome: CallerOutcome): readonly SeenAttempt[] {
  switch (outcome.kind) {
    case 'answered':
      return attempts.filter(({ target }) => target === outcome.by).slice(-1);
    case 'spliced':
    case 'interrupted':
      // What began the answer, and those that were given its beginning.
      return [...begun(attempts).slice(-1), ...attempts.filter(({ record }) => record.prefilled)];
    default:
      return [];
  }
}

const begun = (attempts: readonly SeenAttempt[]): readonly SeenAttempt[] =>
  attempts.filter(({ record }) => !record.prefilled);

function outcomeOf(cell: Cell, { view, call, attempts }: Observation): CallerOutcome {
  switch (view.end) {
    case 'hung':
    case 'cut':
    case 'unreadable':
      return { kind: view.end };
    case 'error': {
      const code = view.error?.code ?? '';
      if (view.status === 200 && !hadToWait(cell, call)) return { kind: 'interrupted', code };
      return { kind: code === 'provider_rejected' ? 'rejected' : 'error', code };
    }
    case 'whole':
      return endedWell(cell, view.text, attempts);
  }
}

/** Who waits for a held answer is given a head and keep-alives, before there is anything that a head could say. */
function hadToWait({ delivery, stream }: Cell, { sentAt, endedAt }: Observation['call']): boolean {
  return delivery === 'committed' && stream && endedAt - sentAt > KEEP_ALIVE_MS;
}

const KEEP_ALIVE_MS = 4900;

function endedWell(cell: Cell, text: string, attempts: readonly SeenAttempt[]): CallerOutcome {
  const wholes = cell.targets.map((target) => wholeTextOf(cell, target));
  const by = wholes.indexOf(text);
  const last = attempts.at(-1);
  // Who goes on with an answer is given its beginning.
  if (by >= 0) return last?.record.prefilled === true ? { kind: 'spliced' } : { kind: 'answered', by };
  return { kind: wholes.some((whole) => whole.startsWith(text)) ? 'truncated as success' : 'foreign answer' };
}

function outcomeFaults(expected: Reaction, outcome: CallerOutcome, cell: Cell): readonly string[] {
  const wanted = expected.outcome === 'exhausted' ? 'error' : expected.outcome;
  if (outcome.kind !== wanted) return [`expected ${describe(expected)}, got ${describeOutcome(outcome)}`];
  if (expected.outcome === 'answered' && outcome.kind === 'answered' && outcome.by !== expected.by) {
    return [`answered by target ${outcome.by + 1}, not by ${expected.by + 1}`];
  }
  const code = codeFor(expected, cell);
  if (!('code' in outcome) || code === undefined || code === outcome.code) return [];
  return [`the error's code is ${outcome.code}, not ${code}`];
}

function codeFor(expected: Reaction, { entry }: Cell): string | undefined {
  if (expected.outcome === 'interrupted') return 'stream_interrupted';
  return expected.outcome === 'exhausted' ? entry.code : undefined;
}

const describe = (expected: Reaction): string =>
  expected.outcome === 'answered' ? `an answer of target ${expected.by + 1}` : expected.outcome;

export function describeOutcome(outcome: CallerOutcome): string {
  if (outcome.kind === 'answered') return `answered by ${outcome.by + 1}`;
  return 'code' in outcome ? `${outcome.kind} ${outcome.code}` : outcome.kind;
}

/** Of an answer that broke off the caller has a beginning, and nothing that looks like an end. */
function textFaults(cell: Cell, { view }: Observation, outcome: CallerOutcome): readonly string[] {
  if (outcome.kind !== 'interrupted') return view.status === 200 || view.text === '' ? [] : ['an error with content'];
  const [first] = cell.targets;
  const whole = first === undefined ? '' : wholeTextOf(cell, first);
  return [
    ...(view.text !== '' && whole.startsWith(view.text)
      ? []
      : ['what came before the error is no beginning of the answer']),
    ...(view.finished ? ['the interrupted stream says that it is finished'] : []),
  ];
}

function errorFaults(outcome: CallerOutcome, { call, view }: Observation): readonly string[] {
  if (outcome.kind !== 'error') return [];
  const retryAfter = Number(call.headers['retry-after']);
  return [
    ...(Number.isInteger(retryAfter) && retryAfter > 0 ? [] : ['the error has no Retry-After']),
    ...(view.status >= 400 ? [] : [`the error has status ${view.status}`]),
  ];
}

function attemptFaults({ targets }: Cell, expected: Reaction, attempts: readonly SeenAttempt[]): readonly string[] {
  const perTarget = expected.attempts.flatMap(([least, most], target) => {
    if (targets[target]?.unreachable !== undefined) return [];
    const count = attempts.filter((attempt) => attempt.target === target).length;
    if (count >= least && count <= most) return [];
    return [`target ${target + 1} was called ${count} times, not ${least === most ? least : `${least} to ${most}`}`];
  });
  const stray = attempts.filter(({ target }) => target < 0).length;
  return [
    ...perTarget,
    ...(attempts.length > expected.most ? [`${attempts.length} attempts, at most ${expected.most} are right`] : []),
    ...(stray > 0 ? [`${stray} calls to what the route does not name`] : []),
  ];
}

/** What is given up is ended: a provider goes on, and bills on, while somebody seems to listen. */
function connectionFaults(attempts: readonly SeenAttempt[]): readonly string[] {
  const open = attempts.filter(({ record }) => record.outcome === 'in-flight').length;
  return open === 0 ? [] : [`${open} calls were given up, but not ended`];
}

/** Headers leave with the first byte, and say what was known then: nothing of who went on later. */
function headerFaults(cell: Cell, { call, attempts }: Observation, outcome: CallerOutcome): readonly string[] {
  if (call.status === 0) return [];
  const said = Number(call.headers['x-breakwater-attempts']);
  const channel = call.headers['x-breakwater-channel'] ?? '';
  const served = outcome.kind === 'answered' ? cell.targets[outcome.by]?.channel : undefined;
  const unseen = reactionTo(cell).attempts.filter((_, target) => cell.targets[target]?.unreachable !== undefined);
  const [least, most] = [0, 1].map((bound) =>
    unseen.reduce((sum, bounds) => sum + (bounds[bound] ?? 0), begun(attempts).length),
  );
  const right = said >= (least ?? 0) && said <= (most ?? 0);
  return [
    ...(right ? [] : [`the headers say ${said} attempts, the providers saw ${attempts.length}`]),
    ...(served === undefined || served === channel ? [] : [`the headers name ${channel}, ${served} answered`]),
  ];
}

function timeFaults(cell: Cell, { call }: Observation): readonly string[] {
  const tookMs = call.endedAt - call.sentAt;
  const latest = latestEndMs(cell, natureOf(cell), reactionTo(cell));
  return tookMs <= latest ? [] : [`took ${Math.round(tookMs)} ms, at most ${latest} are right`];
}

function gapsOf(attempts: readonly SeenAttempt[]): readonly number[] {
  return attempts.slice(1).flatMap(({ record }, index) => {
    const before = attempts[index]?.record;
    const endedAt = before?.finishedAt ?? before?.clientClosedAt;
    return endedAt === undefined ? [] : [record.startedAt - endedAt];
  });
}
