import { delimiter } from 'node:path';
import type { GivenEnvironment } from './options.js';
import type { Environment, ProcessSpec } from './process-run.js';

/** A server that we run ourselves, ready to be started. */
export interface OwnServer {
  /** With its credentials. */
  readonly url: string;
  readonly process: ProcessSpec;
}

export interface ServerHome {
  /** Where its configuration and data go; made if missing. */
  readonly directory: string;
  /** Names the binary, where it is not on the path. */
  readonly environment: GivenEnvironment;
}

/** Servers often stand where only the administrator's path leads. */
export function serverEnvironment(given: GivenEnvironment): Environment {
  return { PATH: [given['PATH'], '/usr/sbin', '/usr/local/bin'].filter(Boolean).join(delimiter) };
}
