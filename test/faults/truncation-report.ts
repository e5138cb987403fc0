import { textTable } from './text-table.js';
import type { FaultedStream } from './truncation.js';

const outcomes = ['whole', 'explicit error', 'truncated as success', 'cut', 'hung', 'unreadable'] as const;

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
