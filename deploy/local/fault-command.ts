import { parseArgs } from 'node:util';
import { faultField, faultOptions } from './fault-options.js';
import { FaultUsageError } from './fault-usage-error.js';

type Fields = Readonly<Record<string, unknown>>;

/** What the operator asked for, as one request to a simulator's control API. */
export type FaultCommand =
  | { readonly kind: 'usage' }
  | { readonly kind: 'list' }
  /** Without a channel, all faults end. */
  | { readonly kind: 'clear'; readonly channel?: string }
  /** One fault for each channel; they begin together. */
  | { readonly kind: 'set'; readonly faults: readonly Fields[] }
  | { readonly kind: 'status'; readonly published: readonly Fields[] }
  | { readonly kind: 'door'; readonly door: Fields };

/** Throws a `FaultUsageError`. What a fault may hold is the simulator's to judge. */
export function parseFaultCommand(args: readonly string[]): FaultCommand {
  if (args.includes('--help')) return { kind: 'usage' };
  const { values, positionals } = parse(args);
  const [first, second, third, ...rest] = positionals;
  if (first === undefined) return { kind: 'usage' };
  if (second === undefined) return withoutChannel(first);
  const channels = channelsOf(first);
  const isDoor = first === 'door';
  const surplus = isDoor || second === 'status' ? rest : [third, ...rest].filter((word) => word !== undefined);
  if (surplus.length > 0) throw new FaultUsageError(`'${surplus.join(' ')}' is too much; give a channel and a kind.`);
  if (isDoor) return { kind: 'door', door: { id: second, mode: third } };
  if (second === 'off') return { kind: 'clear', ...(channels.includes('*') ? {} : { channel: channels.join(',') }) };
  if (second === 'status')
    return { kind: 'status', published: channels.map((channel) => ({ channel, status: third })) };
  const fields = Object.fromEntries(Object.entries(values).map(([option, value]) => faultField(option, value)));
  return { kind: 'set', faults: channels.map((channel, index) => faultOf(channel, second, { index, fields })) };
}

function channelsOf(word: string): readonly string[] {
  return word.split(',').map((channel) => (channel === 'all' ? '*' : channel));
}

/** With a stagger, each next channel recovers later than the one before. */
function faultOf(
  channel: string,
  kind: string,
  { index, fields }: { readonly index: number; readonly fields: Fields },
): Fields {
  const { staggerMs, ...fault } = fields;
  if (typeof staggerMs !== 'number') return { channel, kind, ...fault };
  if (typeof fault['durationMs'] !== 'number') throw new FaultUsageError('--stagger needs --duration; give both.');
  return { channel, kind, ...fault, durationMs: fault['durationMs'] + index * staggerMs };
}

function withoutChannel(word: string): FaultCommand {
  if (word === 'list') return { kind: 'list' };
  if (word === 'help') return { kind: 'usage' };
  throw new FaultUsageError(`What about '${word}'? Give a kind of fault after the channel, or 'off'.`);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: faultOptions, allowPositionals: true, allowNegative: true });
  } catch (error) {
    throw new FaultUsageError(error instanceof Error ? error.message : String(error));
  }
}
