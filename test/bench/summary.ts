import type { Cell } from './cells.js';
import type { Measurement } from './measure.js';
import { systemNames, type SystemName } from './systems.js';

/** One cell in one round: the systems measured right after each other. */
export type Round = { readonly [name in SystemName]: Measurement };

/** One system in one cell over all rounds: medians, and the sum of failures. */
export interface Line {
  readonly system: SystemName;
  readonly rate: number;
  /** Milliseconds on top of direct calls in the same round; of direct calls the milliseconds themselves. */
  readonly p50: number;
  readonly p99: number;
  readonly cpuPerCall: number;
  /** The highest of all rounds. */
  readonly peakBytes: number;
  readonly failures: { readonly [what: string]: number };
}

export interface CellSummary {
  readonly cell: Cell;
  readonly lines: readonly Line[];
  /** Breakwater's CPU per call as a share of Portkey's: the median of the rounds' shares. */
  readonly cpuRatio: number;
}

export function summarize(cell: Cell, rounds: readonly Round[]): CellSummary {
  return {
    cell,
    lines: systemNames.map((system) => lineOf(system, rounds)),
    cpuRatio: median(rounds.map(({ breakwater, portkey }) => breakwater.cpuPerCall / portkey.cpuPerCall)),
  };
}

function lineOf(system: SystemName, rounds: readonly Round[]): Line {
  const overRounds = (value: (own: Measurement, direct: Measurement) => number): number =>
    median(rounds.map((round) => value(round[system], round.direct)));
  const added = (percentile: 'p50' | 'p99'): number =>
    overRounds((own, direct) => own[percentile] - (system === 'direct' ? 0 : direct[percentile]));
  return {
    system,
    rate: overRounds((own) => own.rate),
    p50: added('p50'),
    p99: added('p99'),
    cpuPerCall: overRounds((own) => own.cpuPerCall),
    peakBytes: Math.max(...rounds.map((round) => round[system].peakBytes)),
    failures: sumOf(rounds.map((round) => round[system].failures)),
  };
}

function sumOf(counts: readonly Measurement['failures'][]): Measurement['failures'] {
  const sum: Record<string, number> = {};
  for (const [what, count] of counts.flatMap(Object.entries<number>)) sum[what] = (sum[what] ?? 0) + count;
  return sum;
}

function median(values: readonly number[]): number {
  const ascending = values.toSorted((a, b) => a - b);
  const middle = ascending.length / 2;
  return ((ascending[Math.ceil(middle) - 1] ?? 0) + (ascending[Math.floor(middle)] ?? 0)) / 2;
}
