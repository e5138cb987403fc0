import type { CellSummary, Line } from './summary.js';

const MEBIBYTE = 1024 * 1024;
const columns = ['calls/s', 'p50 ms', 'p99 ms', 'CPU ms/call', 'peak MiB', 'failed'] as const;
const [NAME_WIDTH, WIDTH] = [14, 13];

/** The results as text. */
export function report(summaries: readonly CellSummary[]): string {
  const head = row('', columns);
  const notes = [
    'p50 and p99: of direct calls the time itself, of gateways what they add to it; of streams, to the first bytes.',
    'CPU and memory: all processes of a gateway together, for Breakwater with NATS and Redis. Medians of the rounds.',
  ];
  return [...summaries.flatMap((summary) => ['', title(summary), head, ...body(summary)]), '', ...notes, ''].join('\n');
}

function title({ cell }: CellSummary): string {
  return `${cell.id}: ${cell.bodyBytes} bytes a request, ${cell.stream ? 'streamed' : 'whole'}, ${cell.rate} calls/s`;
}

function body({ cell, lines, cpuRatio }: CellSummary): readonly string[] {
  const failed = lines.some((line) => Object.keys(line.failures).length > 0);
  const verdict = failed ? 'not judged, calls failed' : cpuRatio <= cell.bar ? 'met' : 'missed';
  const share = `CPU per call, Breakwater / Portkey: ${cpuRatio.toFixed(2)} (bar ${cell.bar.toFixed(1)}: ${verdict})`;
  return [...lines.map(lineText), share];
}

function lineText(line: Line): string {
  const direct = line.system === 'direct';
  const latency = (ms: number): string => (direct || ms < 0 ? '' : '+') + ms.toFixed(2);
  return row(line.system, [
    line.rate.toFixed(0),
    latency(line.p50),
    latency(line.p99),
    direct ? '-' : line.cpuPerCall.toFixed(2),
    direct ? '-' : (line.peakBytes / MEBIBYTE).toFixed(0),
    failuresText(line.failures),
  ]);
}

function failuresText(failures: Line['failures']): string {
  const kinds = Object.entries(failures).map(([what, count]) => `${count} x ${what}`);
  return kinds.length === 0 ? '0' : kinds.join(', ');
}

function row(name: string, values: readonly string[]): string {
  return name.padEnd(NAME_WIDTH) + values.map((value) => value.padStart(WIDTH)).join('');
}
