import { isJsonObject, parseJson } from '#libs/kernel';
import type { AttemptRow, CompletionRow } from '../ledger/tables.js';
import { BadRecord, RecordFields } from './record-fields.js';

export interface BadLine {
  readonly line: string;
  readonly reason: string;
}

export interface ReadRecords {
  readonly attempts: readonly AttemptRow[];
  readonly completions: readonly CompletionRow[];
  readonly bad: readonly BadLine[];
}

/** Reads messages of ledger records, one JSON record a line. What cannot be read is set apart, never in the way of the rest. */
export function readRecords(payloads: readonly Uint8Array[]): ReadRecords {
  const attempts: AttemptRow[] = [];
  const completions: CompletionRow[] = [];
  const bad: BadLine[] = [];
  for (const line of payloads.flatMap(linesOf)) {
    try {
      const read = readLine(line);
      if (read.kind === 'attempt') attempts.push(read.row);
      else completions.push(read.row);
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error;
      bad.push({ line, reason: error.message });
    }
  }
  return { attempts, completions, bad };
}

function linesOf(payload: Uint8Array): readonly string[] {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString();
  return text.split('\n').filter((line) => line.trim() !== '');
}

type ReadLine =
  { readonly kind: 'attempt'; readonly row: AttemptRow } | { readonly kind: 'completion'; readonly row: CompletionRow };

function readLine(line: string): ReadLine {
  const record = parseJson(line);
  if (!isJsonObject(record)) throw new BadRecord('the line is not a JSON object');
  if (record['v'] !== 1) throw new BadRecord('v is not 1, the only version known here');
  const fields = new RecordFields(record);
  const kind = fields.oneOf('kind', ['attempt', 'completion']);
  return kind === 'attempt' ? { kind, row: attemptRow(fields) } : { kind, row: completionRow(fields) };
}

function attemptRow(fields: RecordFields): AttemptRow {
  return {
    ...callColumns(fields),
    attemptId: fields.id('attemptId'),
    number: fields.amount('number'),
    // Records of a time before there was a purpose.
    purpose: fields.textOrNull('purpose') ?? (fields.amount('number') > 1 ? 'failover' : 'first'),
    model: fields.text('model'),
    target: fields.text('target'),
    channel: fields.text('channel'),
    provider: fields.text('provider'),
    requestedVersion: fields.text('requestedVersion'),
    servedVersion: fields.textOrNull('servedVersion'),
    outcome: fields.oneOf('outcome', ['ok', 'failed', 'cancelled']),
    fault: fields.textOrNull('fault'),
    status: fields.amountOrNull('status'),
    firstTokenMs: fields.millisecondsOrNull('firstTokenMs'),
    dispatcher: fields.text('dispatcher'),
  };
}

function completionRow(fields: RecordFields): CompletionRow {
  return {
    ...callColumns(fields),
    surface: fields.text('surface'),
    stream: fields.flag('stream'),
    outcome: fields.oneOf('outcome', ['ok', 'failed', 'cancelled', 'interrupted']),
    status: fields.amount('status'),
    errorCode: fields.textOrNull('errorCode'),
    model: fields.textOrNull('model'),
    servedVersion: fields.textOrNull('servedVersion'),
    channel: fields.textOrNull('channel'),
    attempts: fields.amount('attempts'),
    continuations: fields.amountOrNull('continuations') ?? 0,
    substitutionReason: fields.textOrNull('substitutionReason'),
    firstByteMs: fields.millisecondsOrNull('firstByteMs'),
    deliveredBytes: fields.amount('deliveredBytes'),
  };
}

/** What both kinds have. */
function callColumns(fields: RecordFields) {
  const principal = fields.within('principal');
  const usage = fields.within('usage');
  const startedAt = fields.milliseconds('startedAt');
  return {
    requestId: fields.id('requestId'),
    day: new Date(startedAt).toISOString().slice(0, 10),
    startedAt,
    durationMs: fields.milliseconds('durationMs'),
    tenant: principal.text('tenant'),
    team: principal.text('team'),
    agent: principal.text('agent'),
    key: principal.text('key'),
    route: fields.text('route'),
    pinnedModel: fields.text('pinnedModel'),
    inputTokens: usage.amount('inputTokens'),
    outputTokens: usage.amount('outputTokens'),
    cacheReadTokens: usage.amount('cacheReadTokens'),
    cacheWriteTokens: usage.amount('cacheWriteTokens'),
    usageEstimated: fields.flagOrFalse('usageEstimated'),
    costMicros: fields.amount('costMicros'),
    revision: fields.amount('revision'),
    traceparent: fields.textOrNull('traceparent'),
  };
}
