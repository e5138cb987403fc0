import { writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { onInterrupt } from '../../deploy/local/interrupts.js';
import { StartFailure } from '../../deploy/local/start-failure.js';
import { cellsOf } from './cell.js';
import { runFailoverTime } from './failover-time.js';
import { runFlapping } from './flapping.js';
import { runMatrix, type JudgedCell } from './matrix.js';
import type { ModeResult } from './mode.js';
import { parseFaultsOptions, usage, type FaultsOptions } from './options.js';
import { runOutage } from './outage.js';
import { reportMatrix } from './report.js';
import { reportSeries } from './report-series.js';
import { runSeries } from './run-series.js';
import { runTruncation } from './truncation.js';
import { stopWorlds } from './world.js';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

type Mode = () => Promise<ModeResult>;

/** The table where no single figure is asked for. */
function modesOf(options: FaultsOptions): readonly (readonly [name: string, mode: Mode])[] {
  const { truncation, outage, failoverTime, flapping } = options.modes;
  const modes: (readonly [string, Mode])[] = [];
  if (truncation !== undefined) modes.push(['truncation', () => runTruncation(truncation, options.atOnce)]);
  if (outage !== undefined) modes.push(['outage', () => runOutage(outage)]);
  if (failoverTime) modes.push(['failover-time', runFailoverTime]);
  if (flapping !== undefined) modes.push(['flapping', () => runFlapping(flapping)]);
  return modes.length > 0 ? modes : [['table', () => table(options)]];
}

async function table(options: FaultsOptions): Promise<ModeResult> {
  const cells = Array.from({ length: options.seeds }, (_, index) => cellsOf({ ...options, seed: index + 1 })).flat();
  const judged = await runMatrix(cells, options.atOnce, (done) => say(`${done} of ${cells.length} cells done`));
  const series = await runSeries(options.series);
  const right = [...judged.map(({ verdict }) => verdict), ...series].every(({ wrong }) => wrong.length === 0);
  return {
    text: `${reportMatrix(judged)}\n${reportSeries(series)}`,
    json: { cells: judged.map(cellJson), series },
    right,
  };
}

function cellJson({ cell, verdict }: JudgedCell): object {
  const { id, entry, surface, stream, shape, delivery, seed, targets } = cell;
  return { id, fault: entry, surface, stream, targets: shape.name, delivery, seed, route: targets, ...verdict };
}

/** Resolves with whether everything was right. */
async function run(options: FaultsOptions): Promise<boolean> {
  const results: (readonly [string, ModeResult])[] = [];
  for (const [name, mode] of modesOf(options)) {
    say(`running: ${name}`);
    const result = await mode();
    process.stdout.write(result.text);
    results.push([name, result]);
  }
  if (options.jsonFile !== undefined) {
    const json = Object.fromEntries(results.map(([name, result]) => [name, result.json]));
    await writeFile(options.jsonFile, `${JSON.stringify(json, undefined, 2)}\n`);
  }
  return results.every(([, { right }]) => right);
}

async function main(): Promise<number> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    onInterrupt(
      () => void stopWorlds().then(() => reject(new StartFailure('interrupted'))),
      () => process.exit(1),
    );
  });
  try {
    const options = parseFaultsOptions(process.argv.slice(2), process.env['INIT_CWD'] || process.cwd());
    if (options) return (await Promise.race([run(options), interrupted])) ? 0 : 1;
    process.stdout.write(usage);
    return 0;
  } catch (error) {
    say(`breakwater: ${error instanceof StartFailure ? error.message : inspect(error)}`);
    return 1;
  }
}

process.exit(await main());
