import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { StartFailure } from './start-failure.js';

/** @returns undefined when the port can be listened on, else the system's error code. */
export function portProblem(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}

/**
 * A free loopback port for a server that another process will start. Drawn from below the range the kernel gives to
 * outgoing connections, so that none of those takes it before the server does, or while the server restarts.
 */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < 100; tries += 1) {
    const port = randomInt(12_000, 32_000);
    if ((await portProblem('127.0.0.1', port)) === undefined) return port;
  }
  throw new StartFailure('no free port between 12000 and 32000 on 127.0.0.1');
}

export interface WantedPort {
  readonly host: string;
  readonly port: number;
  /** The variable that sets it. */
  readonly variable: string;
}

/** @throws StartFailure naming the first port that cannot be listened on. */
export async function assertPortsFree(wanted: readonly WantedPort[]): Promise<void> {
  for (const { host, port, variable } of wanted) {
    const twin = wanted.find((other) => other.variable !== variable && other.port === port);
    if (twin) throw new StartFailure(`${variable} and ${twin.variable} are both ${port}; give them different ports`);
    const problem = await portProblem(host, port);
    if (problem === undefined) continue;
    if (problem === 'EADDRINUSE') {
      throw new StartFailure(`port ${port} on ${host} is in use; set ${variable} to a free port`);
    }
    throw new StartFailure(
      `cannot listen on ${host}:${port} (${problem}); check ${variable} and the address beside it`,
    );
  }
}
