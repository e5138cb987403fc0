import { Injectable } from '@nestjs/common';
import type { Deadlines } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import {
  deadlinesFor,
  hedgeAfterMs,
  HedgeBudget,
  newCongestion,
  noteRateLimit,
  RetryBudget,
  type PaceChange,
} from '#libs/resilience';
import { instruments } from '#libs/telemetry';
import type { AttemptResult } from './attempt-result.js';
import type { Call } from './call.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';
import { shapeOf } from './domain/request-shape.js';
import { TargetRecord, type Place } from './target-record.js';

/** What this dispatcher's own calls taught it of its targets, and what further attempts may cost. */
@Injectable()
export class TargetStats {
  readonly budget = new RetryBudget();
  private readonly hedges = new Map<string, HedgeBudget>();
  private readonly records = new Map<string, TargetRecord>();
  private readonly congestion = newCongestion();

  of(target: string): TargetRecord {
    const known = this.records.get(target);
    if (known) return known;
    const made = new TargetRecord();
    this.records.set(target, made);
    return made;
  }

  begin(call: Call, { target }: ResolvedTarget): Place {
    return this.of(target.id).begin(call.need, systemClock.now());
  }

  end({ target }: ResolvedTarget, place: Place, result: AttemptResult): PaceChange | undefined {
    return this.of(target.id).end(place, result, systemClock.now());
  }

  deadlines(call: Call, { target }: ResolvedTarget): Deadlines {
    const { plan, stream } = call.request;
    const { book } = this.of(target.id);
    return deadlinesFor({ route: plan.deadlines, book, promptTokens: call.need.inputTokens, stream });
  }

  /** An attempt's result with what only many results show: whose fault a refused quota or request really is. */
  judge(call: Call, resolved: ResolvedTarget, result: AttemptResult): AttemptResult {
    if (result.retryAfterAbsurd) instruments().absurdRetryAfters.add(1);
    const now = systemClock.now();
    if (result.fault === 'rate_limited' && this.isCongestion(resolved, result, now))
      return { ...result, fault: 'overloaded' };
    const { storms } = this.of(resolved.target.id);
    if (result.outcome === 'ok') storms.noteAccepted(shapeOf(call.request), now);
    if (result.fault !== 'client_error') return result;
    const { requestId, principal } = call.request;
    const rejection = {
      shape: shapeOf(call.request),
      requestId,
      principal: `${principal.tenant}/${principal.team}/${principal.agent}/${principal.key}`,
    };
    return storms.noteRejected(rejection, now) === 'storm'
      ? { ...result, fault: 'provider_error', storm: true }
      : result;
  }

  /** When a call's first token, or its whole answer, is late enough to ask a second target; `undefined` for never. */
  hedgeAfterMs(call: Call, { target }: ResolvedTarget): number | undefined {
    const { plan, stream } = call.request;
    if (plan.conduct.hedge === 0) return undefined;
    const { firstToken, whole } = this.of(target.id).book.history(call.need.inputTokens);
    return hedgeAfterMs(stream ? firstToken : whole);
  }

  /** Counts what a call costs towards what its route may spend on hedges. */
  earn(call: Call, costMicros: number): void {
    this.budget.earn(costMicros);
    if (call.request.plan.conduct.hedge > 0) this.hedgesOf(call).earn(costMicros, systemClock.now());
  }

  mayHedge(call: Call, costMicros: number): boolean {
    return this.hedgesOf(call).take(call.request.plan.conduct.hedge, costMicros, systemClock.now());
  }

  private hedgesOf(call: Call): HedgeBudget {
    const { route } = call.request.plan;
    const known = this.hedges.get(route) ?? new HedgeBudget();
    this.hedges.set(route, known);
    return known;
  }

  private isCongestion({ target, channel, model }: ResolvedTarget, { limits }: AttemptResult, now: number): boolean {
    const hadQuotaLeft = this.of(target.id).hasQuotaLeft(now) && !limits.some(({ remaining }) => remaining === 0);
    const { provider, id: credential } = channel;
    return (
      noteRateLimit(this.congestion, { credential, provider, model: model.id, hadQuotaLeft, now }) === 'congestion'
    );
  }
}
