import { Injectable } from '@nestjs/common';
import type { AttemptRecord, FaultClass } from '#libs/contracts';
import { GatewayError, systemClock } from '#libs/kernel';
import { providers, translatorFor, type Exchange } from '#libs/providers';
import { Attempt } from './attempt.js';
import { AttemptRecorder, type Begun } from './attempt-recorder.js';
import type { AttemptResult } from './attempt-result.js';
import { CallerSink, type Call } from './call.js';
import { Catalog } from './catalog.js';
import type { Candidate } from './domain/next-candidate.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';
import { endAttemptSpan, startAttemptSpan } from './attempt-telemetry.js';
import { HeadWriter } from './head-writer.js';
import { LocalHealth } from './local-health.js';
import { ProbePermit } from './probe-permit.js';
import { ProviderClient } from './provider-client.js';

export interface Tried {
  readonly resolved: ResolvedTarget;
  readonly result: AttemptResult;
  readonly record: AttemptRecord;
}

/** Makes one attempt: asks for what it needs, calls the provider, tells health and ledger. */
@Injectable()
export class AttemptRunner {
  constructor(
    private readonly catalog: Catalog,
    private readonly health: LocalHealth,
    private readonly permits: ProbePermit,
    private readonly client: ProviderClient,
    private readonly recorder: AttemptRecorder,
    private readonly heads: HeadWriter,
  ) {}

  /** `undefined` where no call was made: the target is passed over, with the reason noted. */
  async run(call: Call, candidate: Candidate): Promise<Tried | undefined> {
    const resolved = this.catalog.find(candidate.id);
    const exchange = resolved && this.prepare(call, candidate.id, resolved);
    if (!resolved || !exchange) return undefined;
    const probing = candidate.mode !== 'usable';
    if (probing && !(await this.permits.take(candidate.id))) {
      this.passOver(call, candidate.id, this.shutBecause(candidate.id));
      return undefined;
    }
    try {
      return await this.attempt(call, resolved, { exchange, probing });
    } finally {
      if (probing) this.permits.release(candidate.id);
    }
  }

  private prepare(call: Call, target: string, resolved: ResolvedTarget): Exchange | undefined {
    if (resolved.credential === 'missing') return this.passOver(call, target, 'bad_credential');
    const { surface, fields, stream, forward } = call.request;
    const wire = {
      provider: resolved.channel.provider,
      providerModel: resolved.target.providerModel,
      maxOutputTokens: resolved.model.maxOutputTokens,
    };
    try {
      return translatorFor(surface, resolved.family)({ bytes: call.body, fields, stream, forward }, wire);
    } catch (error) {
      if (error instanceof GatewayError) return this.passOver(call, target, 'not_capable', error);
      throw error;
    }
  }

  private passOver(call: Call, target: string, fault: FaultClass, error?: GatewayError): undefined {
    const retryAfterMs = Math.max(0, this.health.stateOf(target).until - systemClock.now());
    call.failures.push({ target, fault, tried: false, retryAfterMs, ...(error ? { error } : {}) });
  }

  private shutBecause(target: string): FaultClass {
    const { reason } = this.health.stateOf(target);
    return reason === 'none' ? 'provider_error' : reason;
  }

  private async attempt(
    call: Call,
    resolved: ResolvedTarget,
    { exchange, probing }: { readonly exchange: Exchange; readonly probing: boolean },
  ): Promise<Tried> {
    const number = ++call.attempts;
    const span = startAttemptSpan(call, resolved);
    const begun: Begun = { number, startedAt: systemClock.now(), resolved, traceparent: span.traceparent };
    const result = await this.send(call, resolved, exchange);
    call.providerMs += result.durationMs;
    this.tellHealth(call, resolved, { result, probing });
    endAttemptSpan(span, result);
    if (result.outcome === 'failed') this.noteFailure(call, resolved, result);
    return { resolved, result, record: await this.recorder.record(call, begun, result) };
  }

  private send(call: Call, resolved: ResolvedTarget, exchange: Exchange): Promise<AttemptResult> {
    const { request, reply } = call;
    reply.attempt({ dispatcher: this.recorder.dispatcher, number: call.attempts, target: resolved.target.id });
    const limits = {
      deadlines: request.plan.deadlines,
      remaining: request.deadlineAt - systemClock.now(),
      stream: request.stream,
    };
    const sink = new CallerSink(reply, () => reply.head(this.heads.answer(call, resolved)));
    const attempt = new Attempt({ exchange, resolved, limits, sink, cancelled: call.cancelled });
    const { path, headers, body } = exchange.request;
    const authorization =
      typeof resolved.credential === 'object'
        ? providers[resolved.channel.provider].authHeaders(resolved.credential.secret)
        : {};
    const outgoing = {
      origin: resolved.origin,
      path: resolved.basePath + path,
      headers: { ...headers, ...authorization },
      body,
    };
    this.client.post(outgoing, attempt);
    return attempt.ended.promise;
  }

  private tellHealth(
    call: Call,
    resolved: ResolvedTarget,
    { result, probing }: { readonly result: AttemptResult; readonly probing: boolean },
  ): void {
    this.health.observe({
      target: resolved.target.id,
      requestId: call.request.requestId,
      probe: probing,
      ...(result.fault === undefined ? {} : { fault: result.fault }),
      ...(result.retryAfterMs === undefined ? {} : { retryAfterMs: result.retryAfterMs }),
    });
  }

  private noteFailure(call: Call, resolved: ResolvedTarget, result: AttemptResult): void {
    const { fault = 'provider_error', retryAfterMs } = result;
    const wait = retryAfterMs ?? Math.max(0, this.health.stateOf(resolved.target.id).until - systemClock.now());
    call.failures.push({ target: resolved.target.id, fault, tried: true, retryAfterMs: wait });
  }
}
