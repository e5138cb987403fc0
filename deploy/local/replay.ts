import { closeBus, connectBus, replayDeadLetters } from '#libs/bus';
import { checkout } from './checkout.js';
import { parseOptions } from './options.js';
import { runningNats } from './running-nats.js';

/** Gives every dead letter to its consumer once more, and says how many there were. */
async function replay(): Promise<string> {
  const folders = { current: process.env['INIT_CWD'] || process.cwd(), checkout };
  const options = parseOptions(process.argv.slice(2), process.env, folders);
  if (!options) return 'npm run replay: gives every record that the ledger could not take to it once more';
  const bus = await connectBus({ url: runningNats(options), name: 'replay' });
  try {
    const { replayed, left } = await replayDeadLetters(bus);
    return `${replayed} dead letters replayed${left > 0 ? `, ${left} of unknown consumers left` : ''}`;
  } finally {
    await closeBus(bus);
  }
}

try {
  console.log(await replay());
} catch (error) {
  console.error(`breakwater: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
