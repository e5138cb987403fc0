import { spawn } from 'node:child_process';

/**
 * Ends a server when we are killed and cannot do it ourselves: a shell that waits on a pipe of ours, which the system
 * closes with us. Our own services need none, they see their IPC channel close.
 * @returns calls it off; resolves when it is gone
 */
export function endWithUs(pid: number): () => Promise<void> {
  const reaper = spawn('sh', ['-c', 'read -r _; kill "$1"', 'breakwater-reaper', String(pid)], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const gone = new Promise<void>((resolve) => reaper.once('close', () => resolve()));
  return () => {
    reaper.kill('SIGKILL');
    return gone;
  };
}
