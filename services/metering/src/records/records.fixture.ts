import type { AttemptRecord, CompletionRecord, HealthChange, LedgerRecord, TargetState } from '#libs/contracts';

/** 10 March 2026, 12:00 UTC. */
export const NOON = Date.UTC(2026, 2, 10, 12);

const principal = { tenant: 'acme', team: 'search', agent: 'crawler', key: 'key-1' };
const usage = { inputTokens: 100, outputTokens: 20, cacheReadTokens: 10, cacheWriteTokens: 5 };

export function attemptRecord(changes: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    kind: 'attempt',
    v: 1,
    attemptId: 'attempt-1',
    requestId: 'request-1',
    number: 1,
    purpose: 'first',
    principal,
    route: 'fast',
    pinnedModel: 'gpt-5',
    model: 'gpt-5',
    target: 'gpt-5@primary',
    channel: 'primary',
    provider: 'openai',
    requestedVersion: 'gpt-5-2026-01-01',
    outcome: 'ok',
    usage,
    costMicros: 700,
    startedAt: NOON,
    durationMs: 812.4,
    revision: 3,
    dispatcher: 'dispatch-1',
    ...changes,
  };
}

export function completionRecord(changes: Partial<CompletionRecord> = {}): CompletionRecord {
  return {
    kind: 'completion',
    v: 1,
    requestId: 'request-1',
    principal,
    surface: 'openai-chat',
    route: 'fast',
    pinnedModel: 'gpt-5',
    stream: true,
    outcome: 'ok',
    status: 200,
    attempts: 1,
    usage,
    costMicros: 700,
    startedAt: NOON,
    durationMs: 815.5,
    deliveredBytes: 4096,
    revision: 3,
    ...changes,
  };
}

export function healthChange(state: Partial<TargetState> = {}, changes: Partial<HealthChange> = {}): HealthChange {
  const open: TargetState = {
    target: 'gpt-5@primary',
    phase: 'open',
    since: NOON,
    until: NOON + 5000,
    openings: 1,
    reason: 'overloaded',
    rampFrom: 0,
    share: 1,
    gates: {},
    evidence: [{ at: NOON, fault: 'overloaded', dispatcher: 'dispatch-1' }],
    version: 1,
  };
  return { v: 1, at: NOON, from: 'closed', state: { ...open, ...state }, actor: 'health', ...changes };
}

/** As the stream carries them: one message, one record a line. */
export function message(...records: readonly LedgerRecord[]): Uint8Array {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}
