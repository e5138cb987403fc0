import { inspect } from 'node:util';
import { banner } from './banner.js';
import { checkout } from './checkout.js';
import { chooseConfiguration } from './configuration-files.js';
import { provideFirstKey } from './first-key.js';
import { Gateway } from './gateway.js';
import { onInterrupt } from './interrupts.js';
import { parseOptions, usage, type Options } from './options.js';
import { assertPortsFree } from './ports.js';
import { StartFailure } from './start-failure.js';
import { takeStateDirectory } from './state-directory.js';

/** Servers tell more than anyone wants to read; what ends them is told when they end. */
const UNHEARD: readonly string[] = ['nats', 'redis'];

function print(name: string, line: string): void {
  if (name === 'breakwater') process.stderr.write(`breakwater: ${line}\n`);
  else if (!UNHEARD.includes(name)) process.stdout.write(`${line}\n`);
}

async function prepare(options: Options): Promise<Gateway> {
  const { host, port, consoleHost, consolePort, simulatorPort } = options;
  const configuration = await chooseConfiguration(options);
  await assertPortsFree([
    { host, port, variable: 'BREAKWATER_PORT' },
    { host: consoleHost, port: consolePort, variable: 'BREAKWATER_CONSOLE_PORT' },
    ...(configuration.simulated.length > 0
      ? [{ host: '127.0.0.1', port: simulatorPort, variable: 'BREAKWATER_SIMULATOR_PORT' }]
      : []),
  ]);
  return new Gateway(options, configuration, { log: print, restart: true });
}

/** Runs everything until it is asked to end. */
async function serve(options: Options): Promise<void> {
  const gateway = await prepare(options);
  const { file, key } = await provideFirstKey(options.stateDirectory, options.apiKey);
  const asked = new Promise<'asked'>((resolve) => {
    onInterrupt(
      () => resolve('asked'),
      () => void gateway.kill().finally(() => process.exit(1)),
    );
  });
  try {
    const started = gateway.start(file).then((): 'ready' => 'ready');
    if ((await Promise.race([started, asked])) === 'asked') return;
    const { url, consoleUrl, configuration } = gateway;
    const { stateDirectory, simulatorPort } = options;
    process.stdout.write(banner({ url, consoleUrl, ...configuration, simulatorPort, key, stateDirectory }));
    await asked;
  } finally {
    await gateway.stop();
  }
}

async function main(): Promise<number> {
  // The terminal may be closed before we have said all.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    const folders = { current: process.env['INIT_CWD'] || process.cwd(), checkout };
    const options = parseOptions(process.argv.slice(2), process.env, folders);
    if (!options) {
      process.stdout.write(usage);
      return 0;
    }
    process.once('exit', takeStateDirectory(options.stateDirectory));
    await serve(options);
    return 0;
  } catch (error) {
    print('breakwater', error instanceof StartFailure ? error.message : inspect(error));
    return 1;
  }
}

process.exit(await main());
