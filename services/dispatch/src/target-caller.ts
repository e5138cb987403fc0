import { Injectable } from '@nestjs/common';
import type { AttemptPurpose, AttemptRecord, FaultClass } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { providers } from '#libs/providers';
import type { PaceChange } from '#libs/resilience';
import type { StreamSink } from './answer-readers.js';
import { Attempt } from './attempt.js';
import { AttemptRecorder, type Begun } from './attempt-recorder.js';
import type { AttemptResult } from './attempt-result.js';
import { endAttemptSpan, startAttemptSpan } from './attempt-telemetry.js';
import type { Call } from './call.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';
import type { Prepared } from './exchange-preparer.js';
import { LocalHealth, type Observation } from './local-health.js';
import { ProviderClient, type OutgoingRequest } from './provider-client.js';
import { refusedAnswer } from './refused-answer.js';
import { TargetStats } from './target-stats.js';

/** An attempt that was made. */
export interface Tried {
  readonly resolved: ResolvedTarget;
  /** Where its stream went. */
  readonly sink: StreamSink;
  readonly result: AttemptResult;
  readonly record: AttemptRecord;
}

/** How an attempt is made. */
export interface Manner {
  readonly purpose: AttemptPurpose;
  /** The half-open probe of its target. */
  readonly probe: boolean;
  readonly sink: StreamSink;
}

/** An attempt under way. */
export interface Running {
  readonly resolved: ResolvedTarget;
  readonly ended: Promise<Tried>;
  /** Whether it has said anything; its caller may be shown none of that. */
  hasContent(): boolean;
  cancel(fault: 'cancelled' | 'hedge_lost'): void;
  giveUp(fault: FaultClass): void;
}

/** Calls one target, and tells health, statistics and ledger how it went. */
@Injectable()
export class TargetCaller {
  constructor(
    private readonly client: ProviderClient,
    private readonly health: LocalHealth,
    private readonly stats: TargetStats,
    private readonly recorder: AttemptRecorder,
  ) {}

  start(call: Call, prepared: Prepared, manner: Manner): Running {
    const { resolved, exchange } = prepared;
    const start = this.recorder.begin(call, resolved, manner.purpose);
    const span = startAttemptSpan(call, resolved);
    const begun: Begun = { start, resolved, traceparent: span.traceparent };
    call.reply.attempt(start);
    const place = this.stats.begin(call, resolved);
    const attempt = this.attempt(call, prepared, manner.sink);
    const connectMs = call.request.plan.deadlines.connect;
    this.client.post({ ...outgoing(resolved, exchange.request), connectMs }, attempt);
    const ended = attempt.ended.promise.then(async (raw) => {
      const judged = this.stats.judge(call, resolved, raw);
      call.providerMs += judged.durationMs;
      const latency = this.stats.end(resolved, place, judged);
      this.health.observe(observationOf(call, resolved, { result: judged, latency, probe: manner.probe }));
      // A model that says no is well: this is for its call and for the ledger alone.
      const result = refusedAnswer(judged, call.request.plan.conduct);
      endAttemptSpan(span, result);
      const { sink } = manner;
      return { resolved, sink, result, record: await this.recorder.record(call, begun, result) };
    });
    return {
      resolved,
      ended,
      hasContent: () => attempt.hasContent,
      cancel: (fault) => attempt.cancel(fault),
      giveUp: (fault) => attempt.giveUp(fault),
    };
  }

  private attempt(call: Call, { resolved, exchange }: Prepared, sink: StreamSink): Attempt {
    const { request, cancelled } = call;
    const remaining = request.deadlineAt - systemClock.now();
    const limits = { deadlines: this.stats.deadlines(call, resolved), remaining, stream: request.stream };
    return new Attempt({ exchange, resolved, limits, sink, cancelled });
  }
}

interface Seen {
  readonly result: AttemptResult;
  readonly latency: PaceChange | undefined;
  readonly probe: boolean;
}

function observationOf(call: Call, { target }: ResolvedTarget, { result, latency, probe }: Seen): Observation {
  const { retryAfterMs, limit } = result;
  const fault = result.rushed ? 'cancelled' : result.fault;
  return {
    target: target.id,
    requestId: call.request.requestId,
    probe,
    ...(fault === undefined ? {} : { fault }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(limit === undefined ? {} : { limit }),
    ...(latency === undefined ? {} : { latency }),
  };
}

function outgoing(
  { channel, credential, origin, basePath }: ResolvedTarget,
  { path, headers, body }: Prepared['exchange']['request'],
): Omit<OutgoingRequest, 'connectMs'> {
  const authorization =
    typeof credential === 'object' ? providers[channel.provider].authHeaders(credential.secret) : {};
  return { origin, path: basePath + path, headers: { ...headers, ...authorization }, body };
}
