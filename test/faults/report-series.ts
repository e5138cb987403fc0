import { isRejected } from './judge-series.js';
import { percentile } from './median.js';
import type { JudgedSeries } from './run-series.js';
import { textTable } from './text-table.js';

/** A line for each series, then each wrong one by itself. */
export function reportSeries(judged: readonly JudgedSeries[]): string {
  const wrong = judged.filter((one) => one.wrong.length > 0);
  return [
    textTable([
      ['fault over time', 'calls', 'answered', 'rejected', 'errors', 'calls to each target', 'p99 ms', 'right'],
      ...judged.map(line),
    ]),
    '',
    ...wrong.flatMap((one) => [
      `WRONG ${one.series.fault} ${one.series.name}`,
      ...one.wrong.map((reason) => `  ${reason}`),
    ]),
    `${judged.length} series, ${judged.length - wrong.length} right, ${wrong.length} wrong`,
    '',
  ].join('\n');
}

function line({ series, seen: { calls, attempts }, wrong }: JudgedSeries): readonly string[] {
  const answered = calls.filter(({ whole }) => whole).length;
  const rejected = calls.filter(isRejected).length;
  const perTarget = series.targets.map((_, index) => attempts.filter(({ target }) => target === index).length);
  return [
    `${series.fault} ${series.name}`,
    String(calls.length),
    String(answered),
    String(rejected),
    String(calls.length - answered - rejected),
    perTarget.join('+'),
    percentile(
      calls.map(({ tookMs }) => tookMs),
      99,
    ).toFixed(0),
    wrong.length === 0 ? 'yes' : 'NO',
  ];
}
