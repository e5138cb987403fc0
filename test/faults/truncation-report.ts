import { textTable } from './text-table.js';

/** The first two are right; the rest is what no caller may see. */
const outcomes = ['whole', 'explicit error', 'truncated as success', 'cut', 'hung', 'unreadable'] as const;

/** What became of a faulted stream. */
export interface FaultedStream {
  readonly fault: string;
  readonly delivery: string;
  readonly outcome: (typeof outcomes)[number];
}

/** Counts by fault and delivery, and the figure that must be 0. */
export function reportTruncation(seen: readonly FaultedStream[], tookMs: number): string {
  const groups = Map.groupBy(seen, ({ fault, delivery }) => `${fault}\n${delivery}`);
  const rows = [...groups]
    .toSorted(([one], [next]) => (one < next ? -1 : 1))
    .map(([name, streams]) => [
      ...name.split('\n'),
      ...outcomes.map((outcome) => String(streams.filter((stream) => stream.outcome === outcome).length)),
    ]);
  const truncated = seen.filter(({ outcome }) => outcome === 'truncated as success').length;
  return [
    textTable([['fault', 'delivery', ...outcomes], ...rows]),
    '',
    `Truncated answers presented as success: ${truncated} of ${seen.length} faulted streams (${Math.round(tookMs / 1000)} s)`,
    '',
  ].join('\n');
}
