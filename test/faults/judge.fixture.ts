import type { CallRecord } from '#libs/simulators';
import type { CallMade } from './caller.js';
import { cellsOf, wholeTextOf, type Cell, type CellWanted } from './cell.js';
import { observe, type Observation } from './observation.js';
import { faultLibrary } from './fault-library.js';
import { shapes, type ShapeName } from './shape.js';

export interface CellPicked {
  readonly name: string;
  readonly shape: ShapeName;
  readonly stream?: boolean;
  readonly delivery?: CellWanted['deliveries'][number];
}

/** One cell of the table, asked in OpenAI's format of OpenAI's targets. */
export function pickCell({ name, shape, stream = true, delivery = 'live' }: CellPicked): Cell {
  const entries = faultLibrary.filter((entry) => entry.name === name);
  const wanted = { entries, shapes: shapes.filter((one) => one.name === shape), deliveries: [delivery], seed: 1 };
  const cell = cellsOf(wanted).find((one) => one.surface === 'openai-chat' && one.stream === stream);
  if (cell === undefined) throw new Error(`no cell ${name}`);
  return cell;
}

/** A text as the provider, or the gateway, streams it. */
export function streamOf(text: string, { id = 'chatcmpl-A', end = true, error = '' } = {}): string {
  const chunk = (delta: object, finish_reason: string | null): string =>
    `data: ${JSON.stringify({ id, choices: [{ delta, finish_reason }] })}\n\n`;
  return [
    chunk({ role: 'assistant', content: '' }, null),
    ...(text.match(/.{1,8}/gsu) ?? []).map((content) => chunk({ content }, null)),
    ...(end ? [chunk({}, 'stop'), 'data: [DONE]\n\n'] : []),
    ...(error === '' ? [] : [`data: ${JSON.stringify({ error: { message: 'No.', code: error } })}\n\n`]),
  ].join('');
}

const startedAt = 1_700_000_000_000;

/** What a provider logged of a call at a target of the cell; the number gives its order and its times. */
export function attemptAt(cell: Cell, target: number, number: number, part: Partial<CallRecord> = {}): CallRecord {
  const { channel = '', version = '' } = cell.targets[target] ?? {};
  return {
    id: `req-${number}`,
    channel,
    model: version,
    connection: 1,
    prefilled: false,
    startedAt: startedAt + number * 10,
    finishedAt: startedAt + number * 10 + 4,
    request: { method: 'POST', url: '/', headers: {}, body: Buffer.alloc(400) },
    response: { status: 503, headers: {}, body: Buffer.from('{}') },
    faults: [],
    outcome: 'complete',
    tokensSent: 0,
    ...part,
  };
}

export function streamed(body: string, headers: Readonly<Record<string, string>> = {}): CallMade {
  const all = { 'content-type': 'text/event-stream', 'x-breakwater-attempts': '1', ...headers };
  return made({ status: 200, headers: all, body: Buffer.from(body) });
}

export function refused(status: number, code: string, headers: Readonly<Record<string, string>> = {}): CallMade {
  const all = { 'content-type': 'application/json', 'x-breakwater-attempts': '1', ...headers };
  return made({ status, headers: all, body: Buffer.from(JSON.stringify({ error: { message: 'No.', code } })) });
}

const made = (received: Pick<CallMade, 'status' | 'headers' | 'body'>): CallMade => ({
  ...received,
  ending: 'complete',
  sentAt: startedAt,
  endedAt: startedAt + 50,
  longestGapMs: 0,
});

/** A call that failed at the first target and was answered by the second. */
export function failedOver(cell: Cell, part: Partial<CallMade> = {}): Observation {
  const [, second] = cell.targets;
  if (second === undefined) throw new Error('a cell of one target');
  const body = streamOf(wholeTextOf(cell, second), { id: 'chatcmpl-B' });
  const headers = { 'x-breakwater-attempts': '2', 'x-breakwater-channel': second.channel };
  const won = { response: { status: 200, headers: {}, body: Buffer.from(body) }, tokensSent: 30 };
  const records = [attemptAt(cell, 0, 1), attemptAt(cell, 1, 2, won)];
  return observe(cell, { ...streamed(body, headers), ...part }, records);
}
