import { writeFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import { onInterrupt } from '../../deploy/local/interrupts.js';
import { StartFailure } from '../../deploy/local/start-failure.js';
import { cellsOf } from './cell.js';
import { runMatrix, type JudgedCell } from './matrix.js';
import { parseFaultsOptions, usage, type FaultsOptions } from './options.js';
import { reportMatrix } from './report.js';

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** Resolves with whether everything was right. */
async function faults(options: FaultsOptions): Promise<boolean> {
  const interrupted = new Promise<never>((_resolve, reject) => {
    onInterrupt(
      () => reject(new StartFailure('interrupted')),
      () => process.exit(1),
    );
  });
  const cells = Array.from({ length: options.seeds }, (_, index) => cellsOf({ ...options, seed: index + 1 })).flat();
  say(`${cells.length} cells`);
  const onProgress = (done: number): void => say(`${done} of ${cells.length} cells done`);
  const judged = await Promise.race([runMatrix(cells, { atOnce: options.atOnce, onProgress }), interrupted]);
  process.stdout.write(reportMatrix(judged));
  if (options.jsonFile !== undefined)
    await writeFile(options.jsonFile, `${JSON.stringify(judged.map(asJson), undefined, 2)}\n`);
  return judged.every(({ verdict }) => verdict.wrong.length === 0);
}

function asJson({ cell, verdict }: JudgedCell): object {
  const { id, entry, surface, stream, shape, delivery, seed, targets } = cell;
  return { id, fault: entry, surface, stream, targets: shape.name, delivery, seed, route: targets, ...verdict };
}

async function main(): Promise<number> {
  try {
    const options = parseFaultsOptions(process.argv.slice(2), process.env['INIT_CWD'] || process.cwd());
    if (options) return (await faults(options)) ? 0 : 1;
    process.stdout.write(usage);
    return 0;
  } catch (error) {
    say(`breakwater: ${error instanceof StartFailure ? error.message : inspect(error)}`);
    return 1;
  }
}

process.exit(await main());
