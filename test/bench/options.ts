import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { StartFailure } from '../../deploy/local/start-failure.js';
import { cells, type Cell } from './cells.js';

export interface BenchOptions {
  readonly cells: readonly Cell[];
  /** Of each measurement. */
  readonly seconds: number;
  /** Of load before each measurement, which is not measured. */
  readonly warmUpSeconds: number;
  readonly rounds: number;
  /** Milliseconds between two chunks of a stream. */
  readonly gapMs: number;
  /** Where the results go as JSON. */
  readonly jsonFile: string | undefined;
}

export const usage = `Usage: npm run bench -- [options]

  --seconds N    how long each measurement takes (default 3)
  --warm-up N    seconds of load before each measurement (default 0.5)
  --rounds N     how often everything is measured; the medians count (default 5)
  --rate N       calls a second, in every cell (default: each cell's own)
  --gap MS       time between two chunks of a stream (default 5)
  --only CELL    measure this cell only; may be given several times: ${cells.map((cell) => cell.id).join(', ')}
  --json FILE    write the results to a file as well
  --help         this text
`;

/**
 * @param current the folder that relative paths are relative to
 * @returns undefined when only help is wanted
 * @throws StartFailure naming what is wrong
 */
export function parseBenchOptions(args: readonly string[], current: string): BenchOptions | undefined {
  const flags = parseFlags(args);
  if (flags.help) return undefined;
  const rate = flags.rate === undefined ? undefined : numberOf('--rate', flags.rate, 0);
  return {
    cells: chosen(flags.only ?? []).map((cell) => ({ ...cell, rate: rate ?? cell.rate })),
    seconds: numberOf('--seconds', flags.seconds, 3),
    warmUpSeconds: numberOf('--warm-up', flags['warm-up'], 0.5),
    rounds: Math.ceil(numberOf('--rounds', flags.rounds, 5)),
    gapMs: numberOf('--gap', flags.gap, 5),
    jsonFile: flags.json === undefined ? undefined : resolve(current, flags.json),
  };
}

const text = { type: 'string' } as const;

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seconds: text,
        'warm-up': text,
        rounds: text,
        rate: text,
        gap: text,
        only: { type: 'string', multiple: true },
        json: text,
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/[.\n]/)[0] : String(error);
    throw new StartFailure(`${reason}; \`npm run bench -- --help\` lists the options`);
  }
}

function numberOf(name: string, given: string | undefined, fallback: number): number {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (Number.isFinite(value) && value > 0) return value;
  throw new StartFailure(`${name} must be a number above 0, not "${given}"`);
}

function chosen(ids: readonly string[]): readonly Cell[] {
  const unknown = ids.find((id) => !cells.some((cell) => cell.id === id));
  if (unknown !== undefined) {
    throw new StartFailure(`there is no cell ${unknown}; there are ${cells.map((cell) => cell.id).join(', ')}`);
  }
  return ids.length === 0 ? cells : cells.filter((cell) => ids.includes(cell.id));
}
