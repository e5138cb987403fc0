import type { CallerView } from './caller-view.js';
import type { Series, SeriesExpectation } from './series.js';

/** What was seen while a series ran. */
export interface SeriesSeen {
  readonly calls: readonly SeriesCall[];
  readonly attempts: readonly { readonly target: number; readonly phase: number }[];
}

export interface SeriesCall {
  readonly phase: number;
  readonly view: CallerView;
  /** It is the answer of one of the route's targets, whole. */
  readonly whole: boolean;
  readonly retryAfter: number;
  readonly tookMs: number;
}

/** How long a call of a series may take: silences, and a busy machine. */
const LATEST_END_MS = 12_000;

/** Why the series is wrong; empty where it is right. */
export function judgeSeries(series: Series, seen: SeriesSeen): readonly string[] {
  const unclear = seen.calls.flatMap(({ view, whole, retryAfter }) => {
    if (view.end === 'whole') return whole ? [] : ['truncated as success'];
    if (view.end !== 'error') return [view.end];
    const code = view.error?.code ?? '';
    return code === 'provider_rejected' || retryAfter > 0 ? [] : [`${code} without Retry-After`];
  });
  const late = seen.calls.filter(({ tookMs }) => tookMs > LATEST_END_MS).length;
  return [
    ...[...Map.groupBy(unclear, (what) => what)].map(([what, all]) => `${all.length} calls: ${what}`),
    ...(late === 0 ? [] : [`${late} calls took longer than ${LATEST_END_MS} ms`]),
    ...series.expected.flatMap((expectation) => unmet(expectation, seen)),
  ];
}

function unmet(expectation: SeriesExpectation, seen: SeriesSeen): readonly string[] {
  const { phase, least = 0, most = Infinity } = expectation;
  const { name, value } = figure(expectation, seen);
  if (value >= least && value <= most) return [];
  const bound = value < least ? `at least ${least}` : `at most ${most}`;
  const when = phase === undefined ? '' : ` in phase ${phase + 1}`;
  return [`${name}${when}: ${Number(value.toFixed(3))}, ${bound} is right`];
}

function figure(expectation: SeriesExpectation, seen: SeriesSeen): { readonly name: string; readonly value: number } {
  const { phase } = expectation;
  const within = <Item extends { readonly phase: number }>(items: readonly Item[]): readonly Item[] =>
    items.filter((item) => phase === undefined || item.phase === phase);
  const calls = within(seen.calls);
  const attempts = within(seen.attempts);
  if ('share' in expectation) {
    const { share } = expectation;
    const counted = calls.filter((call) => (share === 'answered' ? call.whole : isRejected(call)));
    return { name: `share ${share}`, value: counted.length / Math.max(1, calls.length) };
  }
  if ('callsAt' in expectation) {
    const value = attempts.filter(({ target }) => target === expectation.callsAt).length;
    return { name: `calls at target ${expectation.callsAt + 1}`, value };
  }
  const share = attempts.filter(({ target }) => target === expectation.shareOf).length / Math.max(1, attempts.length);
  return { name: `share of target ${expectation.shareOf + 1}`, value: share };
}

export const isRejected = ({ view }: SeriesCall): boolean => view.error?.code === 'provider_rejected';
