import type { FaultParameter } from '#libs/simulators';
import { FaultUsageError } from './fault-usage-error.js';

/** The command line's options, in the form that `parseArgs` takes. */
export const faultOptions = {
  id: { type: 'string' },
  model: { type: 'string' },
  credential: { type: 'string' },
  'min-prompt': { type: 'string' },
  'max-prompt': { type: 'string' },
  percent: { type: 'string' },
  sticky: { type: 'string' },
  'start-after': { type: 'string' },
  onset: { type: 'string' },
  period: { type: 'string' },
  duration: { type: 'string' },
  recovery: { type: 'string' },
  stagger: { type: 'string' },
  seed: { type: 'string' },
  stream: { type: 'boolean' },
  'retry-after': { type: 'string' },
  'retry-after-form': { type: 'string' },
  'retry-after-text': { type: 'string' },
  code: { type: 'string' },
  'requests-per-minute': { type: 'string' },
  'tokens-per-minute': { type: 'string' },
  'calls-per-second': { type: 'string' },
  relapse: { type: 'string' },
  'context-tokens': { type: 'string' },
  kinds: { type: 'string' },
  usage: { type: 'string' },
  says: { type: 'string' },
  factor: { type: 'string' },
  delay: { type: 'string' },
  'token-delay': { type: 'string' },
  'after-tokens': { type: 'string' },
  mode: { type: 'string' },
  pings: { type: 'boolean' },
  reported: { type: 'string' },
  bytes: { type: 'string' },
} as const;

type OptionName = keyof typeof faultOptions;

interface Meaning {
  readonly field: string;
  read(text: string, option: string): unknown;
}

const text: Meaning['read'] = (value) => value;

const meanings: Readonly<Record<OptionName, Meaning>> = {
  id: { field: 'id', read: text },
  model: { field: 'model', read: text },
  credential: { field: 'credential', read: text },
  'min-prompt': { field: 'minPromptTokens', read: toNumber },
  'max-prompt': { field: 'maxPromptTokens', read: toNumber },
  percent: { field: 'percent', read: toNumber },
  sticky: { field: 'sticky', read: text },
  'start-after': { field: 'startAfterMs', read: toMilliseconds },
  onset: { field: 'onsetMs', read: toMilliseconds },
  period: { field: 'periodMs', read: toMilliseconds },
  duration: { field: 'durationMs', read: toMilliseconds },
  recovery: { field: 'recoveryMs', read: toMilliseconds },
  stagger: { field: 'staggerMs', read: toMilliseconds },
  seed: { field: 'seed', read: toNumber },
  stream: { field: 'stream', read: text },
  'retry-after': { field: 'retryAfterSeconds', read: (value, option) => toMilliseconds(value, option) / 1000 },
  'retry-after-form': { field: 'retryAfterForm', read: text },
  'retry-after-text': { field: 'retryAfterText', read: text },
  code: { field: 'code', read: text },
  'requests-per-minute': { field: 'requestsPerMinute', read: toNumber },
  'tokens-per-minute': { field: 'tokensPerMinute', read: toNumber },
  'calls-per-second': { field: 'callsPerSecond', read: toNumber },
  relapse: { field: 'relapseMs', read: toMilliseconds },
  'context-tokens': { field: 'contextTokens', read: toNumber },
  kinds: { field: 'kinds', read: text },
  usage: { field: 'usage', read: text },
  says: { field: 'says', read: text },
  factor: { field: 'factor', read: toNumber },
  delay: { field: 'delayMs', read: toMilliseconds },
  'token-delay': { field: 'tokenMs', read: toMilliseconds },
  'after-tokens': { field: 'afterTokens', read: toNumber },
  mode: { field: 'mode', read: text },
  pings: { field: 'pings', read: text },
  reported: { field: 'reported', read: text },
  bytes: { field: 'bytes', read: toNumber },
};

/** One given option as a field of a fault. */
export function faultField(option: string, value: string | boolean): readonly [string, unknown] {
  const [, meaning] = Object.entries(meanings).find(([name]) => name === option) ?? [];
  if (meaning === undefined) throw new FaultUsageError(`There is no option --${option}.`);
  return [meaning.field, typeof value === 'boolean' ? value : meaning.read(value, option)];
}

/** Which option sets a kind's own parameter. */
export function optionOf(parameter: FaultParameter): string {
  const [name = parameter] = Object.entries(meanings).find(([, { field }]) => field === parameter) ?? [];
  return `--${name}`;
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
