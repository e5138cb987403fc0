import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from './options.js';
import { StartFailure } from './start-failure.js';

/**
 * The NATS server of the Breakwater that runs: the given one, or the own one of its state directory.
 * @throws StartFailure where there is none
 */
export function runningNats({ natsUrl, stateDirectory }: Pick<Options, 'natsUrl' | 'stateDirectory'>): string {
  if (natsUrl !== undefined) return natsUrl;
  const config = configIn(stateDirectory);
  const address = /^listen: "([^"]+)"$/m.exec(config)?.[1];
  const password = /password: "(\w+)"/.exec(config)?.[1];
  if (address !== undefined && password !== undefined) return `nats://breakwater:${password}@${address}`;
  throw new StartFailure(`no Breakwater has run on ${stateDirectory}; set BREAKWATER_STATE_DIR or NATS_URL`);
}

function configIn(stateDirectory: string): string {
  try {
    return readFileSync(join(stateDirectory, 'nats', 'nats.conf'), 'utf8');
  } catch {
    return '';
  }
}
