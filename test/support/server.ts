import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../../deploy/local/child.js';
import type { OwnServer, ServerHome } from '../../deploy/local/own-server.js';

/** A real server of a test's own, on a free port, with nothing of any other test in it. */
export interface TestServer {
  /** With its credentials. */
  readonly url: string;
  /** @throws when it does not run */
  pid(): number;
  /** Ends it as a crash would. */
  crash(): Promise<void>;
  /** Starts it again: same port, same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** A folder of a test's own; `remove` it in the end. */
export async function temporaryFolder(): Promise<{ readonly path: string; readonly remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'breakwater-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Starts a server; it is ready, and it is the one that was started, when this resolves. */
export async function startServer(prepare: (home: ServerHome) => Promise<OwnServer>): Promise<TestServer> {
  const folder = await temporaryFolder();
  const server = await prepare({ directory: folder.path, environment: process.env });
  const child = new Child(server.process, { log: () => undefined, restart: false });
  const stop = async (): Promise<void> => {
    await child.stop(5_000);
    await folder.remove();
  };
  await child.start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    url: server.url,
    pid: () => runningPid(child),
    crash: async () => {
      child.signal('SIGKILL');
      await child.ended();
    },
    restart: () => child.start(),
    stop,
  };
}

/** @throws when it does not run */
export function runningPid(child: Child): number {
  if (child.pid === undefined) throw new Error(`${child.name} does not run`);
  return child.pid;
}
