import { readdirSync, readFileSync } from 'node:fs';
import { StartFailure } from '../../deploy/local/start-failure.js';

/** Linux counts processor time for programs in hundredths of a second, whatever its own clock. */
const MS_PER_TICK = 10;
const BYTES_PER_KB = 1024;

interface Entry {
  readonly pid: number;
  readonly parent: number;
  /** User and system time, that of ended children included. */
  readonly cpuMs: number;
}

/** @throws StartFailure where the system does not tell */
export function assertReadable(): void {
  if (entryOf(process.pid) === undefined) {
    throw new StartFailure('the benchmark reads processor times from /proc, which only Linux has');
  }
}

/** Processor time that these processes and all below them have used since they began. */
export function cpuMs(roots: readonly number[]): number {
  return treesOf(roots).reduce((sum, entry) => sum + entry.cpuMs, 0);
}

/** Memory that these processes and all below them hold now, each process's shared pages counted with it. */
export function residentBytes(roots: readonly number[]): number {
  return treesOf(roots).reduce((sum, { pid }) => sum + residentBytesOf(pid), 0);
}

function treesOf(roots: readonly number[]): readonly Entry[] {
  const all = readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [entryOf(Number(name))] : []));
  const entries = all.filter((entry) => entry !== undefined);
  const found = new Set(roots);
  // A set's iteration goes on over what is added meanwhile.
  for (const pid of found) {
    for (const entry of entries) if (entry.parent === pid) found.add(entry.pid);
  }
  return entries.filter(({ pid }) => found.has(pid));
}

/** Undefined when it is gone. */
function entryOf(pid: number): Entry | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The command may hold spaces and brackets, the fields after it do not: state is the first of them, field 3 of all.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15).map(Number);
  const ticks = user + system + childrenUser + childrenSystem;
  return { pid, parent: Number(fields[1]), cpuMs: ticks * MS_PER_TICK };
}

function residentBytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`) ?? '')?.[1];
  return Number(kilobytes ?? 0) * BYTES_PER_KB;
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
