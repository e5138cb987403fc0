import { GatewayError, isJsonObject } from '#libs/kernel';
import { storable } from '../ledger/storable.js';

/** What usage can be grouped and filtered by. */
const usageDimensions = ['key', 'model', 'channel', 'day', 'route', 'tenant', 'team', 'agent', 'purpose'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

const filterable = ['key', 'model', 'channel', 'route', 'tenant', 'team', 'agent', 'purpose'] as const;
type UsageFilter = (typeof filterable)[number];

export interface UsageQuery {
  /** UTC days, `YYYY-MM-DD`, both included; `to` may be open. */
  readonly from: string;
  readonly to?: string;
  readonly groupBy: readonly UsageDimension[];
  readonly filters: { readonly [filter in UsageFilter]?: string };
  /** The most groups to answer. */
  readonly limit: number;
}

const DEFAULT_GROUPS = ['key', 'model', 'channel', 'day'] as const satisfies readonly UsageDimension[];
const DEFAULT_DAYS = 30;
const DEFAULT_LIMIT = 1000;
const MAX_LIMIT = 10_000;
const DAY_MS = 86_400_000;

/** Reads a query message; every field may be left out. @throws GatewayError naming the field. */
export function readUsageQuery(message: unknown, now: number): UsageQuery {
  if (!isJsonObject(message)) throw new GatewayError('invalid_type', 'a usage query is a JSON object');
  const to = readDay(message['to'], 'to');
  const last = to === undefined ? now : Date.parse(to);
  const from = readDay(message['from'], 'from') ?? dayOf(last - DEFAULT_DAYS * DAY_MS);
  if (to !== undefined && to < from)
    throw new GatewayError('invalid_value', 'to must not be before from', { field: 'to' });
  return {
    from,
    ...(to === undefined ? {} : { to }),
    groupBy: readGroupBy(message['groupBy']),
    filters: Object.fromEntries(filterable.flatMap((name) => readFilter(message[name], name))),
    limit: readLimit(message['limit']),
  };
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function readDay(value: unknown, field: string): string | undefined {
  if (value === undefined) return undefined;
  const time = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? Date.parse(value) : NaN;
  // Compared with itself, because 30 February is parsed as a day in March.
  if (Number.isNaN(time) || dayOf(time) !== value) {
    throw new GatewayError('invalid_value', `${field} must be a day like 2026-01-31`, { field });
  }
  return dayOf(time);
}

function readGroupBy(value: unknown): readonly UsageDimension[] {
  if (value === undefined) return DEFAULT_GROUPS;
  const given: readonly unknown[] = Array.isArray(value) ? value : [];
  const known = given.flatMap((name) => usageDimensions.filter((dimension) => dimension === name));
  if (known.length === 0 || known.length !== given.length || new Set(known).size !== known.length) {
    const message = `groupBy must be one or more, each once, of ${usageDimensions.join(', ')}`;
    throw new GatewayError('invalid_value', message, { field: 'groupBy' });
  }
  return known;
}

function readFilter(value: unknown, field: UsageFilter): readonly (readonly [UsageFilter, string])[] {
  if (value === undefined) return [];
  if (typeof value !== 'string') throw new GatewayError('invalid_type', `${field} must be a string`, { field });
  return [[field, storable(value)]];
}

function readLimit(value: unknown): number {
  if (value === undefined) return DEFAULT_LIMIT;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > MAX_LIMIT) {
    throw new GatewayError('invalid_value', `limit must be an integer from 1 to ${MAX_LIMIT}`, { field: 'limit' });
  }
  return value;
}
