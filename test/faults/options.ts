import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Delivery } from '#libs/contracts';
import { StartFailure } from '../../deploy/local/start-failure.js';
import { faultLibrary } from './fault-library.js';
import type { Series } from './series.js';
import { seriesLibrary } from './series-library.js';
import { shapes, type Shape } from './shape.js';
import type { FaultEntry } from './fault-entry.js';

/** What is run instead of the table. */
export interface ModesWanted {
  /** So many faulted streams. */
  readonly truncation?: number;
  /** Seconds of each outage. */
  readonly outage?: number;
  readonly failoverTime: boolean;
  /** Minutes. */
  readonly flapping?: number;
}

export interface FaultsOptions {
  readonly modes: ModesWanted;
  readonly entries: readonly FaultEntry[];
  readonly series: readonly Series[];
  readonly shapes: readonly Shape[];
  readonly deliveries: readonly Delivery[];
  readonly seeds: number;
  readonly atOnce: number;
  /** Where the results go as JSON. */
  readonly jsonFile: string | undefined;
}

const deliveries = ['live', 'continued', 'committed'] as const satisfies readonly Delivery[];

export const usage = `Usage: npm run faults -- [options]

Drives the whole gateway through the fault library, and judges each call by what its caller and its providers saw.

  --only F13,F16        these faults only
  --targets 1,2,3       routes with so many targets only
  --deliveries live     these deliveries only: ${deliveries.join(', ')}
  --seeds N             how often everything is run, each time with other places and numbers (default 2)
  --quick               one seed and live delivery only
  --at-once N           calls under way at a time (default 32)
  --json FILE           write every cell to a file as well

Single figures, instead of the table:

  --truncation N        N faulted streams: how many truncated answers look like whole ones (must be none)
  --outage SECONDS      all targets down under load: attempts a call, and how soon callers get their error
  --failover-time       what failing over adds to a call
  --flapping MINUTES    targets that come and go: how often their state changes

  --help                this text

Ends with 1 when anything is wrong.
`;

/**
 * @param current the folder that relative paths are relative to
 * @returns undefined when only help is wanted
 * @throws StartFailure naming what is wrong
 */
export function parseFaultsOptions(args: readonly string[], current: string): FaultsOptions | undefined {
  const flags = parseFlags(args);
  if (flags.help) return undefined;
  const quick = flags.quick === true;
  const all = [...faultLibrary.map(({ id }) => id), ...seriesLibrary.map(({ fault }) => fault)];
  const ids = chosenBy('--only', flags.only, all, (id) => id);
  return {
    entries: faultLibrary.filter(({ id }) => ids.includes(id)),
    series: seriesLibrary.filter(({ fault }) => ids.includes(fault)),
    shapes: chosenBy('--targets', flags.targets, shapes, ({ faulty }) => String(faulty.length)),
    deliveries: chosenBy('--deliveries', flags.deliveries ?? (quick ? 'live' : undefined), deliveries, (name) => name),
    seeds: countOf('--seeds', flags.seeds, quick ? 1 : 2),
    atOnce: countOf('--at-once', flags['at-once'], 32),
    modes: modesOf(flags),
    jsonFile: flags.json === undefined ? undefined : resolve(current, flags.json),
  };
}

const text = { type: 'string' } as const;
const yes = { type: 'boolean' } as const;

function parseFlags(args: readonly string[]) {
  try {
    const options = {
      only: text,
      targets: text,
      deliveries: text,
      seeds: text,
      quick: yes,
      'at-once': text,
      json: text,
      truncation: text,
      outage: text,
      'failover-time': yes,
      flapping: text,
      help: { type: 'boolean', short: 'h' },
    } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(/[.\n]/)[0] : String(error);
    throw new StartFailure(`${reason}; \`npm run faults -- --help\` lists the options`);
  }
}

function modesOf(flags: ReturnType<typeof parseFlags>): ModesWanted {
  const { truncation, outage, flapping } = flags;
  return {
    failoverTime: flags['failover-time'] === true,
    ...(truncation === undefined ? {} : { truncation: countOf('--truncation', truncation, 1) }),
    ...(outage === undefined ? {} : { outage: countOf('--outage', outage, 1) }),
    ...(flapping === undefined ? {} : { flapping: countOf('--flapping', flapping, 1) }),
  };
}

function countOf(name: string, given: string | undefined, fallback: number): number {
  if (given === undefined) return fallback;
  if (/^[1-9]\d{0,6}$/.test(given)) return Number(given);
  throw new StartFailure(`${name} must be a whole number above 0, not "${given}"`);
}

/** All where nothing is chosen. */
function chosenBy<Item>(
  name: string,
  given: string | undefined,
  all: readonly Item[],
  nameOf: (item: Item) => string,
): readonly Item[] {
  if (given === undefined) return all;
  const wanted = given.split(',').map((one) => one.trim());
  const known = [...new Set(all.map(nameOf))].toSorted();
  const unknown = wanted.find((one) => !known.includes(one));
  if (unknown !== undefined) {
    throw new StartFailure(`${name} has "${unknown}"; there are ${known.join(', ')}`);
  }
  return all.filter((item) => wanted.includes(nameOf(item)));
}
