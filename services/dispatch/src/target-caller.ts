import { Injectable } from '@nestjs/common';
import type { AttemptRecord } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { providers } from '#libs/providers';
import { Attempt } from './attempt.js';
import { AttemptRecorder, type Begun } from './attempt-recorder.js';
import type { AttemptResult } from './attempt-result.js';
import { endAttemptSpan, startAttemptSpan } from './attempt-telemetry.js';
import { CallerSink, type Call } from './call.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';
import type { Prepared } from './exchange-preparer.js';
import { HeadWriter } from './head-writer.js';
import { LocalHealth } from './local-health.js';
import { ProviderClient, type OutgoingRequest } from './provider-client.js';

/** An attempt that was made. */
export interface Tried {
  readonly resolved: ResolvedTarget;
  readonly result: AttemptResult;
  readonly record: AttemptRecord;
}

/** Calls one target, and tells health and ledger how it went. */
@Injectable()
export class TargetCaller {
  constructor(
    private readonly client: ProviderClient,
    private readonly heads: HeadWriter,
    private readonly health: LocalHealth,
    private readonly recorder: AttemptRecorder,
  ) {}

  async call(call: Call, prepared: Prepared, probe: boolean): Promise<Tried> {
    const { resolved } = prepared;
    const start = this.recorder.begin(call, resolved);
    const span = startAttemptSpan(call, resolved);
    const begun: Begun = { start, resolved, traceparent: span.traceparent };
    call.reply.attempt(start);
    const result = await this.send(call, prepared);
    call.providerMs += result.durationMs;
    this.tellHealth(call, resolved, { result, probe });
    endAttemptSpan(span, result);
    return { resolved, result, record: await this.recorder.record(call, begun, result) };
  }

  private send(call: Call, { resolved, exchange }: Prepared): Promise<AttemptResult> {
    const { request, reply, cancelled } = call;
    const remaining = request.deadlineAt - systemClock.now();
    const limits = { deadlines: request.plan.deadlines, remaining, stream: request.stream };
    const sink = new CallerSink(reply, (version) => reply.head(this.heads.answer(call, resolved, version)));
    const attempt = new Attempt({ exchange, resolved, limits, sink, cancelled });
    const connectMs = limits.deadlines.connect;
    this.client.post({ ...outgoing(resolved, exchange.request), connectMs }, attempt);
    return attempt.ended.promise;
  }

  private tellHealth(
    call: Call,
    resolved: ResolvedTarget,
    { result, probe }: { readonly result: AttemptResult; readonly probe: boolean },
  ): void {
    const { fault, retryAfterMs } = result;
    this.health.observe({
      target: resolved.target.id,
      requestId: call.request.requestId,
      probe,
      ...(fault === undefined ? {} : { fault }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

function outgoing(
  { channel, credential, origin, basePath }: ResolvedTarget,
  { path, headers, body }: Prepared['exchange']['request'],
): Omit<OutgoingRequest, 'connectMs'> {
  const authorization =
    typeof credential === 'object' ? providers[channel.provider].authHeaders(credential.secret) : {};
  return { origin, path: basePath + path, headers: { ...headers, ...authorization }, body };
}
