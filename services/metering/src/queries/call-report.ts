import { GatewayError, isJsonObject } from '#libs/kernel';
import type { Kysely } from 'kysely';
import { storable } from '../ledger/storable.js';
import type { AttemptRow, CompletionRow, LedgerTables } from '../ledger/tables.js';

export interface CallReport {
  readonly requestId: string;
  /** Null while the call runs, or where its ingress died. */
  readonly completion: CompletionRow | null;
  /** In the order they were made: how the call failed over. */
  readonly attempts: readonly AttemptRow[];
}

/** No plan has so many targets; an answer must stay a message. */
const MAX_ATTEMPTS = 200;

/** One call as it went. @throws GatewayError `not_found` */
export async function callReport(db: Kysely<LedgerTables>, message: unknown): Promise<CallReport> {
  const requestId = readRequestId(message);
  const ofCall = db.selectFrom('attempts').selectAll().where('requestId', '=', requestId);
  const attempts = await ofCall.orderBy('number').orderBy('startedAt').limit(MAX_ATTEMPTS).execute();
  const completions = db.selectFrom('completions').selectAll().where('requestId', '=', requestId);
  const completion = (await completions.executeTakeFirst()) ?? null;
  if (completion === null && attempts.length === 0) {
    const message = `the ledger knows no call ${requestId}; a call that just ended can take a second to be seen`;
    throw new GatewayError('not_found', message, { field: 'requestId' });
  }
  return { requestId, completion, attempts };
}

function readRequestId(message: unknown): string {
  if (isJsonObject(message) && typeof message['requestId'] === 'string') return storable(message['requestId']);
  throw new GatewayError('invalid_type', 'a call query has a requestId', { field: 'requestId' });
}
