import { setTimeout as pause } from 'node:timers/promises';
import type { Cell } from './cells.js';
import type { Generator } from './generator.js';
import type { LoadOrder } from './load.js';
import { cpuMs, residentBytes } from './process-usage.js';
import { MODEL, type System } from './systems.js';

/** What one system did in one cell of one round. */
export interface Measurement {
  /** Good calls a second. */
  readonly rate: number;
  /** Milliseconds; to the first bytes of a streamed answer. */
  readonly p50: number;
  readonly p99: number;
  /** Milliseconds of all the system's processes, per call, what follows a call in the background included. */
  readonly cpuPerCall: number;
  /** Of all the system's processes together. */
  readonly peakBytes: number;
  readonly failures: { readonly [what: string]: number };
}

export interface Durations {
  readonly seconds: number;
  readonly warmUpSeconds: number;
}

/** Time for what follows a call: records on their way to the ledger. */
const SETTLE_MS = 300;
const SAMPLE_MS = 100;

/** Puts a system under load and watches what it takes, from rest to rest. */
export async function measure(
  generator: Generator,
  system: System,
  cell: Cell,
  durations: Durations,
): Promise<Measurement> {
  const { origin, headers, pids } = system;
  const { bodyBytes, stream, rate } = cell;
  const order: LoadOrder = { origin, headers, model: MODEL, bodyBytes, stream, rate, seconds: durations.seconds };
  await generator.run({ ...order, seconds: durations.warmUpSeconds });
  await pause(SETTLE_MS);
  const memory = watchMemory(pids);
  const cpuBefore = cpuMs(pids);
  const { latencies, achievedRate, failures } = await generator.run(order);
  await pause(SETTLE_MS);
  return {
    rate: achievedRate,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    cpuPerCall: (cpuMs(pids) - cpuBefore) / Math.max(1, latencies.length),
    peakBytes: memory.stop(),
    failures,
  };
}

function watchMemory(pids: readonly number[]): { stop(): number } {
  let peak = 0;
  const sample = (): void => void (peak = Math.max(peak, residentBytes(pids)));
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    stop: () => {
      clearInterval(timer);
      sample();
      return peak;
    },
  };
}

/** By nearest rank; 0 of nothing. */
function percentile(ascending: readonly number[], percent: number): number {
  return ascending[Math.ceil((ascending.length * percent) / 100) - 1] ?? 0;
}
