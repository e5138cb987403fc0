import { describeOutcome } from './judge.js';
import type { JudgedCell } from './matrix.js';
import { median } from './median.js';
import { reactionTo, type Cell } from './cell.js';

const columns = [
  ['fault', 34],
  ['mode', 8],
  ['targets', 8],
  ['delivery', 15],
  ['caller', 34],
  ['attempts', 9],
  ['gap ms', 7],
  ['took ms', 8],
  ['ended', 6],
  ['wasted', 7],
  ['right', 8],
] as const;

/** The table: a line for all cells of a fault that must end alike, then each wrong cell by itself. */
export function reportMatrix(judged: readonly JudgedCell[]): string {
  const groups = Map.groupBy(judged, ({ cell }) => lineOf(cell));
  const wrong = judged.filter(({ verdict }) => verdict.wrong.length > 0);
  const wasted = judged.reduce((sum, { verdict }) => sum + verdict.wasted, 0);
  return [
    row(columns.map(([name]) => name)),
    ...[...groups.values()].map(line),
    '',
    'caller: what it got, of target N. attempts: calls to each target. gap: from the end of an attempt to the next, seen by',
    'the providers. ended: attempts that the gateway ended. wasted: micro-units at list price for tokens nobody got. Medians.',
    '',
    ...wrong.flatMap(wrongCell),
    `${judged.length} cells, ${judged.length - wrong.length} right, ${wrong.length} wrong; ${wasted} micro-units wasted`,
    '',
  ].join('\n');
}

/** Deliveries that ask for the same reaction share a line. */
const lineOf = (cell: Cell): string =>
  JSON.stringify([cell.entry.id, cell.entry.name, cell.stream, cell.shape.name, reactionTo(cell)]);

function line(judged: readonly JudgedCell[]): string {
  const [first] = judged;
  if (first === undefined) return '';
  const { entry, stream, shape } = first.cell;
  const verdicts = judged.map(({ verdict }) => verdict);
  const right = verdicts.filter(({ wrong }) => wrong.length === 0).length;
  const gaps = verdicts.flatMap(({ gapsMs }) => gapsMs);
  return row([
    `${entry.id} ${entry.name}`,
    stream ? 'stream' : 'whole',
    shape.name,
    distinct(judged.map(({ cell }) => cell.delivery)),
    distinct(verdicts.map(({ outcome }) => describeOutcome(outcome))),
    distinct(verdicts.map(({ attempts }) => attempts.join('+'))),
    gaps.length === 0 ? '-' : median(gaps).toFixed(0),
    median(verdicts.map(({ tookMs }) => tookMs)).toFixed(0),
    median(verdicts.map(({ cancelled }) => cancelled)).toFixed(0),
    median(verdicts.map(({ wasted }) => wasted)).toFixed(0),
    `${right}/${verdicts.length}`,
  ]);
}

/** The most frequent first. */
function distinct(values: readonly string[]): string {
  const counts = [...Map.groupBy(values, (value) => value)].toSorted((one, next) => next[1].length - one[1].length);
  return counts.map(([value]) => value).join('/');
}

function wrongCell({ cell, verdict }: JudgedCell): readonly string[] {
  const { id, entry, surface, stream, shape, delivery, seed } = cell;
  const how = `${surface}, ${stream ? 'stream' : 'whole'}, ${shape.name} targets, ${delivery}, seed ${seed}`;
  return [`WRONG ${id} (${entry.name}; ${how})`, ...verdict.wrong.map((reason) => `  ${reason}`)];
}

function row(values: readonly string[]): string {
  return values
    .map((value, index) => value.padEnd((columns[index]?.[1] ?? 0) - 1))
    .join(' ')
    .trimEnd();
}
