import { isJsonObject, parseJson } from '#libs/kernel';
import type { HealthChangeRow } from '../ledger/tables.js';
import type { BadLine } from './read-records.js';
import { BadRecord, RecordFields } from './record-fields.js';

export interface ReadHealthChanges {
  readonly rows: readonly HealthChangeRow[];
  readonly bad: readonly BadLine[];
}

/** Reads messages of one health change each. What cannot be read is set apart, never in the way of the rest. */
export function readHealthChanges(payloads: readonly Uint8Array[]): ReadHealthChanges {
  const rows: HealthChangeRow[] = [];
  const bad: BadLine[] = [];
  for (const payload of payloads) {
    const line = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString();
    try {
      rows.push(rowOf(line));
    } catch (error) {
      if (!(error instanceof BadRecord)) throw error;
      bad.push({ line, reason: error.message });
    }
  }
  return { rows, bad };
}

function rowOf(line: string): HealthChangeRow {
  const change = parseJson(line);
  if (!isJsonObject(change)) throw new BadRecord('the message is not a JSON object');
  if (change['v'] !== 1) throw new BadRecord('v is not 1, the only version known here');
  const fields = new RecordFields(change);
  const state = fields.within('state');
  return {
    target: state.text('target'),
    version: state.milliseconds('version'),
    at: fields.milliseconds('at'),
    fromPhase: fields.text('from'),
    toPhase: state.text('phase'),
    reason: state.text('reason'),
    actor: fields.text('actor'),
    note: fields.textOrNull('note'),
    state: state.json(),
  };
}
