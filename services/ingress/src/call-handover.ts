import type { ServerResponse } from 'node:http';
import { Injectable } from '@nestjs/common';
import {
  noUsage,
  type AttemptRecord,
  type AttemptStart,
  type CompletionRecord,
  type Plan,
  type RunRequest,
} from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { breakwater, genAi, tracing, type Span } from '#libs/telemetry';
import type { Arrival } from './arrival.js';
import { CallSession, type SessionEnd } from './call-session.js';
import { CompletionRecorder } from './completion-recorder.js';
import { DispatchLink } from './dispatch-link.js';

/** A decided call, ready for a dispatcher. */
export interface Decided {
  readonly arrival: Arrival;
  readonly plan: Plan;
  readonly body: Uint8Array;
  readonly forward: RunRequest['forward'];
  /** Where the route keeps sessions together. */
  readonly session?: string;
}

/** Starts a call's session, and records how it ended. */
@Injectable()
export class CallHandover {
  constructor(
    private readonly link: DispatchLink,
    private readonly recorder: CompletionRecorder,
  ) {}

  start(decided: Decided, response: ServerResponse, release: () => void): void {
    const { arrival, plan, body } = decided;
    const handover = { arrival, plan, run: runOf(decided), body };
    const session = new CallSession(handover, this.link, response, {
      lost: (attempt) => this.recorder.recordLost(lostRecordOf(decided, attempt)),
      ended: (end) => {
        release();
        this.ended(decided, end);
      },
    });
    session.start();
  }

  private ended(decided: Decided, end: SessionEnd): void {
    const record = completionOf(decided, end);
    if (tracing()) endSpan(decided.arrival.span, record);
    this.recorder.record(record, end.summary.providerMs);
  }
}

function endSpan(span: Span, record: CompletionRecord): void {
  span.set({
    [genAi.httpStatus]: record.status,
    [breakwater.outcome]: record.outcome,
    [breakwater.attempts]: record.attempts,
    [breakwater.channel]: record.channel,
    [breakwater.substitution]: record.substitutionReason,
    [breakwater.revision]: record.revision,
    [genAi.errorType]: record.errorCode,
  });
  if (record.errorCode) span.fail(record.errorCode);
  span.end();
}

function runOf({ arrival, plan, forward, session }: Decided): Omit<RunRequest, 'epoch' | 'attempts'> {
  const { requestId, surface, read, principal, span } = arrival;
  return {
    v: 1,
    requestId,
    surface,
    stream: read.stream,
    maxOutputTokens: read.maxOutputTokens,
    principal,
    plan,
    fields: read.fields,
    forward,
    ...(session === undefined ? {} : { session }),
    deadlineAt: arrival.startedAt + plan.deadlines.total,
    ...(span.traceparent === undefined ? {} : { traceparent: span.traceparent }),
  };
}

function lostRecordOf({ arrival, plan }: Decided, attempt: AttemptStart): AttemptRecord {
  const { requestId, principal, span } = arrival;
  return {
    kind: 'attempt',
    v: 1,
    ...attempt,
    requestId,
    principal,
    route: plan.route,
    pinnedModel: plan.model,
    outcome: 'failed',
    fault: 'dispatcher_lost',
    usage: noUsage,
    costMicros: 0,
    durationMs: Math.max(0, systemClock.now() - attempt.startedAt),
    revision: plan.revision,
    traceparent: span.traceparent,
  };
}

function completionOf({ arrival, plan }: Decided, end: SessionEnd): CompletionRecord {
  const { requestId, principal, surface, read, startedAt, startedMonotonic, span } = arrival;
  const { providerMs: _spent, ...summary } = end.summary;
  return {
    kind: 'completion',
    v: 1,
    requestId,
    principal,
    surface,
    route: plan.route,
    pinnedModel: plan.model,
    stream: read.stream,
    ...summary,
    status: end.status,
    startedAt,
    firstByteMs: end.firstByteMs,
    durationMs: Math.round(systemClock.monotonic() - startedMonotonic),
    deliveredBytes: end.deliveredBytes,
    revision: plan.revision,
    traceparent: span.traceparent,
  };
}
