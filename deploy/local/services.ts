import { join } from 'node:path';
import { checkout } from './checkout.js';
import { SIMULATOR_KEY, type Configuration } from './configuration-files.js';
import type { GivenEnvironment, Options } from './options.js';
import type { Environment, ProcessSpec } from './process-run.js';

/** What is known once servers, keys and configuration stand. */
export interface Wiring {
  readonly options: Options;
  readonly configuration: Configuration;
  /** In the order in which policy merges them. */
  readonly configFiles: readonly string[];
  readonly simulatorKey: string;
  readonly natsUrl: string;
  readonly redisUrl: string;
}

/** What every process of ours may see: tuning and telemetry, and nothing that is a secret of one of them. */
const SHARED = /^(PATH|HOME|TMPDIR|TZ|NODE_EXTRA_CA_CERTS|OTEL_\w+|BREAKWATER_(?!\w*(KEY|SECRET|PASSWORD))\w+)$/;

function pick(given: GivenEnvironment, wanted: (name: string) => boolean): Environment {
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value && wanted(name) ? [[name, value]] : [])),
  );
}

/**
 * Bodies are buffers outside the heap, yet they make the collector run: a heap that may grow runs it far less often.
 * What was compiled is not thrown away when nobody calls for a while. V8's own code stays where all processes share it:
 * a copy for each would only be nearer.
 */
const NODE_FLAGS = [
  '--enable-source-maps',
  '--disable-warning=ExperimentalWarning',
  '--heap-growing-percent=400',
  '--no-flush-bytecode',
  '--no-short-builtin-calls',
];

/**
 * For those that every call wakes: Node's own code in pages of 2 MB, where the system has them, is sooner at hand. What
 * every call runs is compiled for good after some hundreds of runs: V8 waits for 3000, and its compiler was still a
 * sixth of dispatch's processor time half a minute into a steady load.
 */
const HOT_FLAGS = ['--use-largepages=silent', '--invocation-count-for-turbofan=800'];
const HOT = ['ingress', 'dispatch'];

function node(name: string, script: string, env: Environment, flags: readonly string[] = []): ProcessSpec {
  const args = [...NODE_FLAGS, ...flags, join(checkout, 'dist', script)];
  return { name, command: process.execPath, args, env, readiness: { by: 'message' } };
}

function shared(options: Options): Environment {
  return {
    BREAKWATER_LOG_LEVEL: 'warn',
    ...pick(options.environment, (name) => SHARED.test(name)),
    // Compiled code is kept between starts, whatever their state: it halves the time to ready.
    NODE_COMPILE_CACHE: join(checkout, 'dist/.compile-cache'),
  };
}

/** The simulated providers, one process for all their channels. */
export function simulatorProcess(options: Options, channels: readonly string[]): ProcessSpec {
  return node('simulators', 'libs/simulators/src/main.js', {
    ...shared(options),
    BREAKWATER_SIMULATOR_PORT: String(options.simulatorPort),
    BREAKWATER_SIMULATOR_CHANNELS: channels.join(','),
  });
}

/** The six services, dispatch as often as asked for, each with no more in its environment than it needs. */
export function serviceProcesses(wiring: Wiring): readonly ProcessSpec[] {
  const { options, configuration } = wiring;
  const service = (kind: string, own: Environment, name = kind): ProcessSpec => {
    const env = {
      ...shared(options),
      BREAKWATER_INSTANCE: name,
      BREAKWATER_STATE_DIR: options.stateDirectory,
      NATS_URL: wiring.natsUrl,
      ...own,
    };
    return node(name, `services/${kind}/src/main.js`, env, HOT.includes(kind) ? HOT_FLAGS : []);
  };
  const dispatchOnly = {
    REDIS_URL: wiring.redisUrl,
    ...pick(options.environment, (name) => configuration.credentials.includes(name)),
    ...(configuration.simulated.length > 0 ? { [SIMULATOR_KEY]: wiring.simulatorKey } : {}),
  };
  const dispatchers = Array.from({ length: options.dispatchers }, (_, index) =>
    service('dispatch', dispatchOnly, `dispatch-${index + 1}`),
  );
  return [
    service('policy', { BREAKWATER_CONFIG: wiring.configFiles.join(',') }),
    service('health', {}),
    service('metering', {
      BREAKWATER_LEDGER_FILE: join(options.stateDirectory, 'ledger.sqlite'),
      ...pick(options.environment, (name) => name === 'DATABASE_URL'),
    }),
    ...dispatchers,
    service('ingress', { BREAKWATER_HOST: options.host, BREAKWATER_PORT: String(options.port) }),
    service('console', {
      BREAKWATER_CONSOLE_HOST: options.consoleHost,
      BREAKWATER_CONSOLE_PORT: String(options.consolePort),
    }),
  ];
}
