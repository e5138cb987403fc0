import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { StartFailure } from './start-failure.js';

/** An environment as given; an empty variable counts as unset. */
export type GivenEnvironment = Readonly<Record<string, string | undefined>>;

/** What the command line and the environment ask for. */
export interface Options {
  /** Configuration files; none means: choose by which provider keys are set. */
  readonly configFiles: readonly string[];
  readonly dispatchers: number;
  readonly host: string;
  readonly port: number;
  readonly consoleHost: string;
  readonly consolePort: number;
  readonly simulatorPort: number;
  readonly apiKey: string | undefined;
  readonly stateDirectory: string;
  /** Servers to use instead of starting own ones. */
  readonly natsUrl: string | undefined;
  readonly redisUrl: string | undefined;
  /** Everything given, for what is passed on to children by name. */
  readonly environment: GivenEnvironment;
}

export const defaultSimulatorPort = 8090;

export const usage = `Usage: npm start -- [options]

  --config FILE      a configuration file; may be given several times
  --dispatchers N    how many dispatchers to run (default 1)
  --help             this text

Environment:
  BREAKWATER_PORT            where agents post (default 8080)
  BREAKWATER_HOST            the address to listen on (default 127.0.0.1)
  BREAKWATER_CONSOLE_PORT    the operators' port (default 8081)
  BREAKWATER_CONSOLE_HOST    the address it listens on (default 127.0.0.1)
  BREAKWATER_SIMULATOR_PORT  the provider simulators' port (default ${defaultSimulatorPort})
  BREAKWATER_API_KEY         the first key; without it one is made and shown at the first start
  BREAKWATER_STATE_DIR       where state is kept (default .breakwater)
  BREAKWATER_LOG_LEVEL       silent, fatal, error, warn, info, debug or trace (default warn)
  OPENAI_API_KEY, ANTHROPIC_API_KEY   use the real providers instead of simulators
  NATS_URL, REDIS_URL, DATABASE_URL   use these instead of own servers and the embedded ledger
  OTEL_EXPORTER_OTLP_ENDPOINT and the other OTEL_ variables   export traces and metrics
`;

/**
 * @param folders what relative paths given by the caller are relative to, and where state is kept by default
 * @returns undefined when only help is wanted
 * @throws StartFailure naming what is wrong and the fix
 */
export function parseOptions(
  args: readonly string[],
  environment: GivenEnvironment,
  folders: { readonly current: string; readonly checkout: string },
): Options | undefined {
  const flags = parseFlags(args);
  if (flags.help) return undefined;
  const given = (name: string): string | undefined => environment[name] || undefined;
  const port = (name: string, fallback: number): number => wholeNumber(name, given(name), fallback, 65_535);
  return {
    configFiles: (flags.config ?? []).map((file) => resolve(folders.current, file)),
    dispatchers: wholeNumber('--dispatchers', flags.dispatchers, 1, 64),
    host: given('BREAKWATER_HOST') ?? '127.0.0.1',
    port: port('BREAKWATER_PORT', 8080),
    consoleHost: given('BREAKWATER_CONSOLE_HOST') ?? '127.0.0.1',
    consolePort: port('BREAKWATER_CONSOLE_PORT', 8081),
    simulatorPort: port('BREAKWATER_SIMULATOR_PORT', defaultSimulatorPort),
    apiKey: parseKey(given('BREAKWATER_API_KEY')),
    stateDirectory: resolve(folders.current, given('BREAKWATER_STATE_DIR') ?? join(folders.checkout, '.breakwater')),
    natsUrl: given('NATS_URL'),
    redisUrl: given('REDIS_URL'),
    environment,
  };
}

interface Flags {
  readonly config?: readonly string[];
  readonly dispatchers?: string;
  readonly help?: boolean;
}

function parseFlags(args: readonly string[]): Flags {
  try {
    return parseArgs({
      args: [...args],
      options: {
        config: { type: 'string', multiple: true },
        dispatchers: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/[.\n]/)[0] : String(error);
    throw new StartFailure(`${reason}; \`npm start -- --help\` lists the options`);
  }
}

function wholeNumber(name: string, text: string | undefined, fallback: number, most: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
  throw new StartFailure(`${name} must be a whole number from 1 to ${most}, not "${text}"`);
}

function parseKey(key: string | undefined): string | undefined {
  // Never shows the value: it is a secret.
  if (key === undefined || /^[\x21-\x7e]+$/.test(key)) return key;
  throw new StartFailure('BREAKWATER_API_KEY must be printable ASCII without spaces');
}
