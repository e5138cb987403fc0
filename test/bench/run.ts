import { writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { inspect } from 'node:util';
import { onInterrupt } from '../../deploy/local/interrupts.js';
import { StartFailure } from '../../deploy/local/start-failure.js';
import type { Cell } from './cells.js';
import { startGenerator, type Generator } from './generator.js';
import { measure, type Durations } from './measure.js';
import { parseBenchOptions, usage, type BenchOptions } from './options.js';
import { assertReadable } from './process-usage.js';
import { report } from './report.js';
import { summarize, type CellSummary, type Round } from './summary.js';
import { startSystems, type Systems } from './systems.js';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Compiles the hot paths of whatever is measured later; its results are thrown away. */
const FIRST_RUN: Durations = { seconds: 10, warmUpSeconds: 0.5 };

async function bench(options: BenchOptions): Promise<void> {
  assertReadable();
  const interrupted = new Promise<never>((_resolve, reject) => {
    onInterrupt(
      () => reject(new StartFailure('interrupted')),
      () => process.exit(1),
    );
  });
  say('starting the mock provider, Breakwater and Portkey');
  const starting = startSystems(options.gapMs);
  const generating = startGenerator();
  try {
    const measured = Promise.all([starting, generating]).then(([{ byName }, generator]) =>
      measureAll(options, byName, generator),
    );
    await publish(options, await Promise.race([measured, interrupted]));
  } finally {
    const stops = [starting.then((systems) => systems.stop()), generating.then((generator) => generator.stop())];
    await Promise.allSettled(stops);
  }
}

async function measureAll(
  options: BenchOptions,
  systems: Systems['byName'],
  generator: Generator,
): Promise<readonly CellSummary[]> {
  const rounds = new Map<Cell, Round[]>(options.cells.map((cell) => [cell, []]));
  say('warming up');
  for (const cell of options.cells) await roundOf(generator, systems, cell, FIRST_RUN);
  for (let round = 1; round <= options.rounds; round += 1) {
    say(`round ${round} of ${options.rounds}`);
    for (const [cell, done] of rounds) done.push(await roundOf(generator, systems, cell, options));
  }
  return [...rounds].map(([cell, done]) => summarize(cell, done));
}

/** All systems right after each other, so that a machine that grows slower does so for all of them. */
async function roundOf(
  generator: Generator,
  systems: Systems['byName'],
  cell: Cell,
  durations: Durations,
): Promise<Round> {
  const of = (name: keyof Round) => measure(generator, systems[name], cell, durations);
  return { direct: await of('direct'), breakwater: await of('breakwater'), portkey: await of('portkey') };
}

async function publish(options: BenchOptions, summaries: readonly CellSummary[]): Promise<void> {
  const { seconds, warmUpSeconds, rounds, gapMs, jsonFile } = options;
  process.stdout.write(report(summaries));
  if (jsonFile === undefined) return;
  const machine = { processor: cpus()[0]?.model, cores: cpus().length, node: process.version };
  const result = { seconds, warmUpSeconds, rounds, gapMs, machine, cells: summaries };
  await writeFile(jsonFile, `${JSON.stringify(result, undefined, 2)}\n`);
}

async function main(): Promise<number> {
  try {
    const options = parseBenchOptions(process.argv.slice(2), process.env['INIT_CWD'] || process.cwd());
    if (options) await bench(options);
    else process.stdout.write(usage);
    return 0;
  } catch (error) {
    say(`breakwater: ${error instanceof StartFailure ? error.message : inspect(error)}`);
    return 1;
  }
}

process.exit(await main());
