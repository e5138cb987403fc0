import { GatewayError, isJsonObject } from '#libs/kernel';
import { storable } from '../ledger/storable.js';

export interface HealthQuery {
  readonly target?: string;
  /** Epoch milliseconds; `to` is not included. */
  readonly from?: number;
  readonly to?: number;
  readonly limit: number;
}

const DEFAULT_LIMIT = 100;
/** With its evidence a change is some hundred bytes: an answer must stay a message. */
const MAX_LIMIT = 500;
const DAY_MS = 86_400_000;

/** Reads a query for the history of health; every field may be left out. @throws GatewayError naming the field. */
export function readHealthQuery(message: unknown): HealthQuery {
  if (!isJsonObject(message)) throw new GatewayError('invalid_type', 'a health query is a JSON object');
  const from = readTime(message['from'], 'from');
  const to = readTime(message['to'], 'to');
  if (from && to && to.end <= from.start) {
    throw new GatewayError('invalid_value', 'to must not be before from', { field: 'to' });
  }
  return {
    ...readTarget(message['target']),
    ...(from ? { from: from.start } : {}),
    ...(to ? { to: to.end } : {}),
    limit: readLimit(message['limit']),
  };
}

function readTarget(value: unknown): { readonly target?: string } {
  if (value === undefined) return {};
  if (typeof value === 'string') return { target: storable(value) };
  throw new GatewayError('invalid_type', 'target must be a string', { field: 'target' });
}

/** A UTC day, which ends with its last moment, or a moment. */
function readTime(value: unknown, field: string): { readonly start: number; readonly end: number } | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === 'string' ? value : '';
  const start = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  // Compared with itself, because 30 February is parsed as a day in March.
  if (Number.isNaN(start) || !new Date(start).toISOString().startsWith(text.slice(0, 10))) {
    const message = `${field} must be a UTC day or time like 2026-01-31 or 2026-01-31T13:30:00Z`;
    throw new GatewayError('invalid_value', message, { field });
  }
  return { start, end: text.length === 10 ? start + DAY_MS : start + 1 };
}

function readLimit(value: unknown): number {
  if (value === undefined) return DEFAULT_LIMIT;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_LIMIT) return value;
  throw new GatewayError('invalid_value', `limit must be an integer from 1 to ${MAX_LIMIT}`, { field: 'limit' });
}
