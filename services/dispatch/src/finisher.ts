import { Injectable } from '@nestjs/common';
import { noUsage, type AnswerHead, type RunSummary } from '#libs/contracts';
import { GatewayError, systemClock } from '#libs/kernel';
import { logger } from '#libs/platform';
import { surfaces } from '#libs/surfaces';
import type { Call } from './call.js';
import { CommittedSink } from './committed-sink.js';
import { ContinuationSink } from './continuation.js';
import { exhausted, type Failure } from './domain/exhausted.js';
import { isCallers } from './domain/fault-traits.js';
import { HeadWriter } from './head-writer.js';
import { Outlook } from './outlook.js';
import type { Tried } from './target-caller.js';

const NOTHING = new Uint8Array();

/** Ends a call, in the caller's own format. */
@Injectable()
export class Finisher {
  private readonly log = logger('dispatch');

  constructor(
    private readonly heads: HeadWriter,
    private readonly outlook: Outlook,
  ) {}

  /** False where a target gave another answer instead of going on with the one that the caller has. */
  async answer(call: Call, tried: Tried): Promise<boolean> {
    const { resolved, result, sink } = tried;
    const end = sink instanceof ContinuationSink ? sink.last(result.bytes ?? NOTHING) : (result.bytes ?? NOTHING);
    if (sink instanceof ContinuationSink && sink.restarted) return false;
    const summary = this.summary(call, tried, { outcome: 'ok' });
    const head = (): AnswerHead => this.heads.answer(call, resolved, result.report?.servedVersion);
    if (call.held && sink instanceof CommittedSink) {
      call.reply.head(head());
      await call.held.release(sink, end, call.cancelled);
      call.reply.end(summary);
    } else if (result.committed) {
      call.reply.data(end);
      call.reply.end(summary);
    } else {
      call.reply.whole(head(), end, summary);
    }
    if (summary.substitutionReason) this.logSubstitution(call, summary);
    return true;
  }

  /** The provider refused the request itself: the caller learns what it said. */
  reject(call: Call, { result }: Tried): void {
    const message = result.message ?? 'the provider rejected the request';
    // An error may come inside an answer that began as a good one.
    const status = result.status !== undefined && result.status >= 400 ? result.status : 400;
    const field = result.field === undefined ? {} : { field: result.field };
    this.fail(call, new GatewayError('provider_rejected', message, { status, ...field }));
  }

  /** Content was delivered: only an explicit error may follow, never a clean end. */
  interrupt(call: Call, tried: Tried): void {
    const { requestId, surface } = call.request;
    const why = `the answer was interrupted (${tried.result.fault ?? 'cut'}); what came before is incomplete`;
    const error = new GatewayError('stream_interrupted', why);
    call.reply.data(surfaces[surface].renderStreamError(error.describe(), requestId));
    call.reply.end(this.summary(call, tried, { outcome: 'interrupted', errorCode: error.code }));
  }

  /** The caller has left: the end is for the ledger alone. */
  abandon(call: Call, tried: Tried): void {
    if (call.fatal) return this.fail(call, call.fatal);
    call.reply.end(this.summary(call, tried, { outcome: 'cancelled' }));
  }

  /** @param last the last attempt that was made, if any was */
  exhausted(call: Call, last: Tried | undefined): void {
    if (call.cancelled.aborted) return call.reply.end(this.failedSummary(call, { outcome: 'cancelled' }));
    if (last && call.trail?.state.begun) return this.interrupt(call, last);
    // Whoever was asked refused the request itself: that is what its caller can mend.
    if (last?.result.fault && (isCallers(last.result.fault) || last.result.storm)) return this.reject(call, last);
    this.fail(call, exhausted([...call.failures, ...this.untried(call)]));
  }

  /** An error before any content, whole and in the caller's shape. */
  fail(call: Call, error: GatewayError): void {
    const { requestId, surface } = call.request;
    const head = this.heads.error(call, error.status);
    const { retryAfterMs } = error;
    const retryAfter = retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
    const bytes = surfaces[surface].renderError(error.describe(), requestId);
    const summary = this.failedSummary(call, { outcome: 'failed', errorCode: error.code });
    call.reply.whole({ ...head, headers: { ...head.headers, ...retryAfter } }, bytes, summary);
  }

  private untried(call: Call): Failure[] {
    const known = new Set(call.failures.map((failure) => failure.target));
    const now = systemClock.now();
    const views = this.outlook.situation(call, call.tries).tiers.flat();
    return views
      .filter(({ id }) => !known.has(id))
      .map(({ id, availability, fault, until }) => {
        // Usable and yet untried: the call's own time ran out first.
        const why = availability === 'usable' ? 'hang' : (fault ?? 'provider_error');
        return { target: id, fault: why, tried: false, retryAfterMs: Math.max(0, until - now) };
      });
  }

  private summary(
    call: Call,
    { resolved, result, record }: Tried,
    ending: Pick<RunSummary, 'outcome' | 'errorCode'>,
  ): RunSummary {
    const reason = this.heads.substitutionReason(call, resolved);
    const servedVersion = result.report?.servedVersion;
    return {
      ...ending,
      attempts: call.attempts,
      providerMs: call.providerMs,
      ...(call.continuations > 0 ? { continuations: call.continuations } : {}),
      model: resolved.model.id,
      channel: resolved.channel.id,
      ...(servedVersion === undefined ? {} : { servedVersion }),
      ...(reason === undefined ? {} : { substitutionReason: reason }),
      usage: record.usage,
      ...(record.usageEstimated ? { usageEstimated: true } : {}),
      costMicros: record.costMicros,
    };
  }

  private failedSummary(call: Call, ending: Pick<RunSummary, 'outcome' | 'errorCode'>): RunSummary {
    return { ...ending, attempts: call.attempts, providerMs: call.providerMs, usage: noUsage, costMicros: 0 };
  }

  private logSubstitution(call: Call, summary: RunSummary): void {
    const { requestId, plan } = call.request;
    const { model, channel, substitutionReason: reason } = summary;
    this.log.info({ requestId, route: plan.route, pinned: plan.model, model, channel, reason }, 'substitution');
  }
}
