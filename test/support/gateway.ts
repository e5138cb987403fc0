import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { checkout } from '../../deploy/local/checkout.js';
import { chooseConfiguration } from '../../deploy/local/configuration-files.js';
import { makeKey, provideFirstKey } from '../../deploy/local/first-key.js';
import { Gateway } from '../../deploy/local/gateway.js';
import { parseOptions, type Options } from '../../deploy/local/options.js';
import { freePort } from '../../deploy/local/ports.js';
import type { Child } from '../../deploy/local/child.js';
import { runningPid, temporaryFolder } from './server.js';

export interface GatewayWanted {
  /** YAML text or its content; the simulators' default configuration when absent. Its port placeholder is filled in. */
  readonly config?: string | object;
  readonly dispatchers?: number;
  /** On top of what is needed: `NATS_URL`, `BREAKWATER_LOG_LEVEL`, `OTEL_…`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Start processes again that die, as `npm start` does; off, so that tests decide. */
  readonly restart?: boolean;
}

/** The whole gateway in its real processes, with servers, simulators, ports and state of its own. */
export interface TestGateway {
  readonly url: string;
  readonly consoleUrl: string;
  /** Of the provider simulators, while the configuration has simulated channels. */
  readonly simulatorUrl: string;
  /** An operator's key for all routes. */
  readonly key: string;
  readonly stateDirectory: string;
  /** Process names: `ingress`, `policy`, `health`, `metering`, `console`, `dispatch-1` …, `simulators`, `nats`, `redis`. */
  readonly names: readonly string[];
  /** @throws when it does not run */
  pid(name: string): number;
  /** Sends a signal; resolves when the process has ended, for signals that do not merely stop it. */
  kill(name: string, signal: NodeJS.Signals): Promise<void>;
  /** Starts a process again that has ended; resolves when it is ready. */
  restart(name: string): Promise<void>;
  /** What it has printed so far. */
  logs(name: string): string;
  stop(): Promise<void>;
}

/** Starts the gateway from the build; agents can post when this resolves. */
export async function startGateway(wanted: GatewayWanted = {}): Promise<TestGateway> {
  const folder = await temporaryFolder();
  const key = makeKey();
  const options = await optionsFor(wanted, folder.path, key);
  const logs = new Map<string, string>();
  const log = (name: string, line: string): void => void logs.set(name, `${logs.get(name) ?? ''}${line}\n`);
  const gateway = new Gateway(options, await chooseConfiguration(options), { log, restart: wanted.restart ?? false });
  const { file } = await provideFirstKey(options.stateDirectory, key);
  const stop = async (): Promise<void> => {
    // A process that a test has frozen would not hear that it is to end.
    for (const child of gateway.children.values()) child.signal('SIGCONT');
    await gateway.stop();
    await folder.remove();
  };
  await gateway.start(file).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const { url, consoleUrl, children } = gateway;
  const child = (name: string): Child => find(children, name);
  return {
    url,
    consoleUrl,
    simulatorUrl: `http://127.0.0.1:${options.simulatorPort}`,
    key,
    stateDirectory: options.stateDirectory,
    names: [...children.keys()],
    pid: (name) => runningPid(child(name)),
    kill: (name, signal) => kill(child(name), signal),
    restart: (name) => child(name).start(),
    logs: (name) => logs.get(name) ?? '',
    stop,
  };
}

async function optionsFor(wanted: GatewayWanted, stateDirectory: string, key: string): Promise<Options> {
  const environment = {
    PATH: process.env['PATH'],
    NATS_SERVER_BIN: process.env['NATS_SERVER_BIN'],
    REDIS_SERVER_BIN: process.env['REDIS_SERVER_BIN'],
    BREAKWATER_STATE_DIR: stateDirectory,
    BREAKWATER_API_KEY: key,
    BREAKWATER_PORT: String(await freePort()),
    BREAKWATER_CONSOLE_PORT: String(await freePort()),
    BREAKWATER_SIMULATOR_PORT: String(await freePort()),
    ...wanted.env,
  };
  const args = ['--dispatchers', String(wanted.dispatchers ?? 1)];
  if (wanted.config !== undefined) {
    const file = join(stateDirectory, 'configuration.yaml');
    await writeFile(file, typeof wanted.config === 'string' ? wanted.config : stringify(wanted.config));
    args.push('--config', file);
  }
  const options = parseOptions(args, environment, { current: stateDirectory, checkout });
  if (!options) throw new Error('only help was asked for');
  return options;
}

function find(children: ReadonlyMap<string, Child>, name: string): Child {
  const child = children.get(name);
  if (!child) throw new Error(`no process ${name}; there are ${[...children.keys()].join(', ')}`);
  return child;
}

async function kill(child: Child, signal: NodeJS.Signals): Promise<void> {
  child.signal(signal);
  if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') await child.ended();
}
