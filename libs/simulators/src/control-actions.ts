import { GatewayError, isJsonObject, type Clock, type JsonObject } from '#libs/kernel';
import { callJson } from './call-json.js';
import type { CallFilter, CallLog } from './call-log.js';
import { doorModes } from './doors/door.js';
import type { Doors } from './doors/doors.js';
import type { FaultBoard } from './faults/fault-board.js';
import { parseFault } from './faults/parse-fault.js';
import { channelStatuses, type StatusBoard } from './status/status-board.js';

export interface Controlled {
  readonly board: FaultBoard;
  readonly log: CallLog;
  readonly doors: Doors;
  readonly status: StatusBoard;
  readonly clock: Clock;
  readonly channels: readonly string[];
}

type Action = (controlled: Controlled, query: URLSearchParams, body: unknown) => unknown;

/** Everything that can be asked of a simulator's control API, by method and path. */
export const controlActions: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    'GET /health': ({ channels }) => ({ status: 'ok', channels }),
    'GET /faults': ({ board }) => ({ faults: board.list() }),
    'PUT /faults': ({ board, channels }, _query, body) => {
      // All are checked before one is set: faults that belong together begin together, or not at all.
      board.setTogether((Array.isArray(body) ? body : [body]).map((fault: unknown) => parseFault(fault, channels)));
      return { faults: board.list() };
    },
    'DELETE /faults': ({ board }, query) => {
      const scopes = (query.get('channel')?.split(',') ?? [null]).map((channel) =>
        given({ channel, id: query.get('id') }),
      );
      const cleared = scopes.reduce((sum, scope) => sum + board.clear(scope), 0);
      return { cleared, faults: board.list() };
    },
    'GET /calls': ({ log }, query) => {
      const bodies = query.get('bodies') === '1';
      return { calls: log.list(filterOf(query)).map((call) => callJson(call, bodies)) };
    },
    'DELETE /calls': ({ log }) => {
      log.clear();
      return { calls: [] };
    },
    'GET /doors': ({ doors }) => ({ doors: doors.list() }),
    'PUT /doors': async ({ doors }, _query, body) => {
      const { id, mode, port } = fieldsOf(body, 'a door is an object with `id` and `mode`');
      if (typeof id !== 'string' || id === '') throw problem('id', 'give the door a name');
      const known = portOf(port);
      await doors.turn(id, oneOf(doorModes, mode, 'mode'), known);
      return { doors: doors.list() };
    },
    'GET /status': ({ status }) => ({ status: status.list() }),
    'PUT /status': ({ status, channels, clock }, _query, body) => {
      const published = (Array.isArray(body) ? body : [body]).map((one: unknown) => statusFrom(one, channels));
      const now = clock.now();
      for (const { channel, said } of published) status.set(channel, said, now);
      return { status: status.list() };
    },
  }),
);

function statusFrom(body: unknown, channels: readonly string[]) {
  const { channel, status } = fieldsOf(body, 'a status is an object with `channel` and `status`');
  const said = oneOf(channelStatuses, status, 'status');
  return { channel: oneOf(['*', ...channels], channel, 'channel'), said };
}

function fieldsOf(body: unknown, advice: string): JsonObject {
  if (isJsonObject(body)) return body;
  throw new GatewayError('invalid_type', `The body is not right: ${advice}.`);
}

function oneOf<Value extends string>(values: readonly Value[], value: unknown, field: string): Value {
  const known = values.find((one) => one === value);
  if (known === undefined) throw problem(field, `use one of ${values.join(', ')}`);
  return known;
}

function portOf(port: unknown): number | undefined {
  if (port === undefined) return undefined;
  if (typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw problem('port', 'give a port from 0 to 65535 (0 takes a free one)');
}

function filterOf(query: URLSearchParams): CallFilter {
  const since = query.get('since');
  if (since !== null && !/^\d+$/.test(since)) throw problem('since', 'give milliseconds since the Unix epoch');
  return { ...given({ channel: query.get('channel') }), ...(since === null ? {} : { since: Number(since) }) };
}

function problem(field: string, advice: string): GatewayError {
  return new GatewayError('invalid_value', `The field \`${field}\` is not right: ${advice}.`, { field });
}

function given(fields: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
