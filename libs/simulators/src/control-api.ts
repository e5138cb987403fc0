import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { GatewayError, parseJson } from '#libs/kernel';
import type { CallRecord } from './call-entry.js';
import type { CallFilter, CallLog } from './call-log.js';
import { credentialDigest } from './credential.js';
import type { FaultBoard } from './faults/fault-board.js';
import { parseFault } from './faults/parse-fault.js';
import { readBody } from './request-body.js';

/** The path under which the simulator itself is controlled; no channel can bear this name. */
export const controlSegment = '_control';

const bodyLimit = 64 * 1024;

interface Controlled {
  readonly board: FaultBoard;
  readonly log: CallLog;
  readonly channels: readonly string[];
}

type Action = (controlled: Controlled, query: URLSearchParams, body: unknown) => unknown;

const actions: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    'GET /health': ({ channels }) => ({ status: 'ok', channels }),
    'GET /faults': ({ board }) => ({ faults: board.list() }),
    'PUT /faults': ({ board, channels }, _query, body) => {
      // All are checked before one is set: faults that belong together begin together, or not at all.
      const faults = (Array.isArray(body) ? body : [body]).map((fault: unknown) => parseFault(fault, channels));
      for (const fault of faults) board.set(fault);
      return { faults: board.list() };
    },
    'DELETE /faults': ({ board }, query) => {
      const cleared = board.clear(given({ channel: query.get('channel'), id: query.get('id') }));
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
  }),
);

/** The HTTP control of a simulator: faults, the call log, health. A tool for the loopback interface, without a key. */
export async function answerControl(
  request: IncomingMessage,
  response: ServerResponse,
  controlled: Controlled,
): Promise<void> {
  const { status, content } = await perform(request, controlled);
  const text = JSON.stringify(content);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

async function perform(
  request: IncomingMessage,
  controlled: Controlled,
): Promise<{ status: number; content: unknown }> {
  try {
    const url = new URL(request.url ?? '', 'http://simulator');
    const name = `${request.method} ${url.pathname.slice(controlSegment.length + 1)}`;
    const action = actions.get(name);
    if (action === undefined) {
      throw new GatewayError('not_found', `There is no ${name}; there are ${[...actions.keys()].join(', ')}.`);
    }
    const body = request.method === 'PUT' ? await readJson(request) : undefined;
    return { status: 200, content: action(controlled, url.searchParams, body) };
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    return { status: error.status, content: { error: error.describe() } };
  }
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const body = await readBody(request, bodyLimit, AbortSignal.timeout(10_000));
  if (body === undefined) throw new GatewayError('body_too_large', 'A fault fits into 64 KB.');
  const json = parseJson(body.toString());
  if (json === undefined) throw new GatewayError('invalid_json', 'The body is not JSON; send one fault as an object.');
  return json;
}

function filterOf(query: URLSearchParams): CallFilter {
  const since = query.get('since');
  if (since !== null && !/^\d+$/.test(since)) {
    const advice = 'give milliseconds since the Unix epoch';
    throw new GatewayError('invalid_value', `The query parameter \`since\` is not right: ${advice}.`, {
      field: 'since',
    });
  }
  return { ...given({ channel: query.get('channel') }), ...(since === null ? {} : { since: Number(since) }) };
}

function given(fields: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}

/** Bodies in base64, so that every byte survives; credentials only as a digest, to be told apart but not used. */
function callJson(call: CallRecord, bodies: boolean): unknown {
  const { request, response } = call;
  const side = (bytes: Buffer): object => ({
    bytes: bytes.length,
    ...(bodies ? { bodyBase64: bytes.toString('base64') } : {}),
  });
  return {
    ...call,
    request: { method: request.method, url: request.url, headers: redacted(request.headers), ...side(request.body) },
    response: { status: response.status, headers: response.headers, ...side(response.body) },
  };
}

function redacted(headers: IncomingHttpHeaders): Readonly<Record<string, unknown>> {
  const entries = Object.entries(headers).map(([name, value]) => {
    const secret = ['authorization', 'x-api-key'].includes(name) ? String(value) : undefined;
    return [name, secret === undefined ? value : credentialDigest(secret)] as const;
  });
  return Object.fromEntries(entries);
}
