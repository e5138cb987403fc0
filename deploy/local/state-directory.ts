import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { StartFailure } from './start-failure.js';

/** When a process began, in the system's own words: tells it from a later one with the same id. Empty when it is gone. */
function beginning(pid: number): string {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)])
        .toString()
        .trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command may hold spaces and brackets, the fields after it do not. The start is field 22 of all.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

/** The process that holds the lock, if it still lives. */
function holderOf(lock: string): number | undefined {
  const [id = '', began] = readFileSync(lock, 'utf8').split('\n');
  return began && beginning(Number(id)) === began ? Number(id) : undefined;
}

function claim(lock: string): boolean {
  const own = `${lock}.${process.pid}`;
  writeFileSync(own, `${process.pid}\n${beginning(process.pid)}`);
  try {
    // A link appears whole or not at all: nobody reads a half-written lock.
    linkSync(own, lock);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(own);
  }
}

/**
 * Makes the state directory and takes it for this process alone.
 * @returns gives it back
 * @throws StartFailure when it cannot be written, or another process has it
 */
export function takeStateDirectory(directory: string): () => void {
  const lock = join(directory, 'breakwater.pid');
  const release = (): void => rmSync(lock, { force: true });
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    if (claim(lock)) return release;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StartFailure(`cannot write to ${directory} (${reason}); set BREAKWATER_STATE_DIR to another folder`);
  }
  const holder = holderOf(lock);
  if (holder !== undefined) {
    throw new StartFailure(
      `Breakwater already runs on ${directory} (process ${holder}): stop it, or set BREAKWATER_STATE_DIR to another folder`,
    );
  }
  // Its holder was killed and could not give it back.
  release();
  if (claim(lock)) return release;
  throw new StartFailure(`another Breakwater is just starting on ${directory}: stop one of them`);
}
