import { parseArgs } from 'node:util';
import { faultKindNames, faultKinds, type FaultParameter } from '#libs/simulators';

/** What the operator asked for, as one request to a simulator's control API. */
export type FaultCommand =
  | { readonly kind: 'usage' }
  | { readonly kind: 'list' }
  /** Without a channel, all faults end. */
  | { readonly kind: 'clear'; readonly channel?: string }
  | { readonly kind: 'set'; readonly fault: Readonly<Record<string, unknown>> };

/** The command line is wrong; the message says how. */
export class FaultUsageError extends Error {}

const options = {
  id: { type: 'string' },
  model: { type: 'string' },
  percent: { type: 'string' },
  duration: { type: 'string' },
  seed: { type: 'string' },
  stream: { type: 'boolean' },
  'retry-after': { type: 'string' },
  delay: { type: 'string' },
  'token-delay': { type: 'string' },
  'after-tokens': { type: 'string' },
  mode: { type: 'string' },
  pings: { type: 'boolean' },
  reported: { type: 'string' },
  bytes: { type: 'string' },
} as const;

type OptionName = keyof typeof options;

interface Meaning {
  readonly field: string;
  read(text: string, option: string): unknown;
}

const text: Meaning['read'] = (value) => value;

const meanings: Readonly<Record<OptionName, Meaning>> = {
  id: { field: 'id', read: text },
  model: { field: 'model', read: text },
  percent: { field: 'percent', read: toNumber },
  duration: { field: 'durationMs', read: toMilliseconds },
  seed: { field: 'seed', read: toNumber },
  stream: { field: 'stream', read: text },
  'retry-after': { field: 'retryAfterSeconds', read: (value, option) => toMilliseconds(value, option) / 1000 },
  delay: { field: 'delayMs', read: toMilliseconds },
  'token-delay': { field: 'tokenMs', read: toMilliseconds },
  'after-tokens': { field: 'afterTokens', read: toNumber },
  mode: { field: 'mode', read: text },
  pings: { field: 'pings', read: text },
  reported: { field: 'reported', read: text },
  bytes: { field: 'bytes', read: toNumber },
};

/** Throws a `FaultUsageError`. What a fault may hold is the simulator's to judge. */
export function parseFaultCommand(args: readonly string[]): FaultCommand {
  const { values, positionals } = parse(args);
  const [first, second, ...rest] = positionals;
  if (first === undefined) return { kind: 'usage' };
  if (rest.length > 0) throw new FaultUsageError(`'${rest.join(' ')}' is too much; give a channel and a kind.`);
  if (second === undefined) return withoutChannel(first);
  const channel = first === 'all' ? '*' : first;
  if (second === 'off') return { kind: 'clear', ...(channel === '*' ? {} : { channel }) };
  const fields = Object.entries(values).map(([option, value]) => fieldOf(option, value));
  return { kind: 'set', fault: { channel, kind: second, ...Object.fromEntries(fields) } };
}

function withoutChannel(word: string): FaultCommand {
  if (word === 'list') return { kind: 'list' };
  if (word === 'help') return { kind: 'usage' };
  throw new FaultUsageError(`What about '${word}'? Give a kind of fault after the channel, or 'off'.`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true });
  } catch (error) {
    throw new FaultUsageError(error instanceof Error ? error.message : String(error));
  }
}

function fieldOf(option: string, value: string | boolean): readonly [string, unknown] {
  const [, meaning] = Object.entries(meanings).find(([name]) => name === option) ?? [];
  if (meaning === undefined) throw new FaultUsageError(`There is no option --${option}.`);
  return [meaning.field, typeof value === 'boolean' ? value : meaning.read(value, option)];
}

function toNumber(value: string, option: string): number {
  if (/^\d+(\.\d+)?$/.test(value)) return Number(value);
  throw new FaultUsageError(`--${option} is '${value}'; give a number.`);
}

const units: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** A bare number means seconds. */
function toMilliseconds(value: string, option: string): number {
  const [, amount, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(value) ?? [];
  const factor = units.get(unit);
  if (amount === undefined || factor === undefined) {
    throw new FaultUsageError(`--${option} is '${value}'; give a time like 500ms, 30s or 2m.`);
  }
  return Math.round(Number(amount) * factor);
}

/** Which option sets a kind's own parameter. */
function optionOf(parameter: FaultParameter): string {
  const [name = parameter] = Object.entries(meanings).find(([, { field }]) => field === parameter) ?? [];
  return `--${name}`;
}

export function usageText(): string {
  const kinds = faultKindNames.map((name) => {
    const { summary, parameters } = faultKinds[name];
    return `  ${name.padEnd(21)}${[summary, ...parameters.map(optionOf)].join('  ')}`;
  });
  return `Break a simulated provider, and mend it again.

  npm run fault -- CHANNEL KIND [options]   break it: npm run fault -- anthropic-primary overloaded
  npm run fault -- CHANNEL off              mend it
  npm run fault -- list                     what is broken now

CHANNEL is a simulated channel, or 'all'. Options for every kind:
  --percent 50     the share of calls to strike (default 100)
  --duration 30s   mend itself after this time (ms, s, m, h; a bare number means seconds)
  --seed 7         which calls are struck follows from it
  --model NAME     only calls to this model
  --stream         only streamed calls; --no-stream: only unstreamed ones
  --id NAME        to have several of one kind

Kinds, with the options of their own:
${kinds.join('\n')}

The simulator is looked for at BREAKWATER_SIMULATOR_URL, by default http://127.0.0.1:8090.`;
}
