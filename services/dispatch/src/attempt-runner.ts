import { Injectable } from '@nestjs/common';
import type { AttemptPurpose, FaultClass } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { shutUntil } from '#libs/resilience';
import type { Call } from './call.js';
import { shutBecause } from './domain/fault-of-state.js';
import type { Move } from './domain/next-move.js';
import { ExchangePreparer, type Prepared, type Unfit } from './exchange-preparer.js';
import { Hedger } from './hedger.js';
import { LocalHealth } from './local-health.js';
import { ProbePermit } from './probe-permit.js';
import type { Tried } from './target-caller.js';
import { TargetStats } from './target-stats.js';

type AttemptMove = Extract<Move, { readonly do: 'attempt' }>;

const PROBE_MS = 300_000;

/** Makes one attempt where it may be made, and notes why a target did not answer. */
@Injectable()
export class AttemptRunner {
  constructor(
    private readonly preparer: ExchangePreparer,
    private readonly health: LocalHealth,
    private readonly stats: TargetStats,
    private readonly permits: ProbePermit,
    private readonly hedger: Hedger,
  ) {}

  /** `undefined` where no call was made. */
  async run(call: Call, move: AttemptMove): Promise<Tried | undefined> {
    const { id } = move.target;
    const prepared = this.preparer.prepare(call, id);
    if ('fault' in prepared) return this.passOver(call, id, prepared);
    if (!this.mayCost(call, move)) return this.passOver(call, id, { fault: this.shutBecause(id) });
    if (move.mode !== 'probe') return this.make(call, prepared, move);
    if (!(await this.permits.take(id, call.request.plan.deadlines.attempt ?? PROBE_MS)))
      return this.passOver(call, id, { fault: this.shutBecause(id) });
    try {
      return await this.make(call, prepared, move);
    } finally {
      this.permits.release(id);
    }
  }

  /** In an outage of all, further attempts would only multiply the traffic: they draw on what first attempts earn. */
  private mayCost(call: Call, { target, mode, again }: AttemptMove): boolean {
    const now = systemClock.now();
    if (mode === 'last-resort' && !this.trickles(target.id, now)) return false;
    if (call.tries.size === 0) this.stats.earn(call, target.costMicros);
    return !isRationed(call, { target, mode, again }) || this.stats.budget.spend(target.costMicros, now);
  }

  private trickles(target: string, now: number): boolean {
    const { trickle } = this.stats.of(target);
    trickle.noteCall(now);
    return trickle.take(now);
  }

  private async make(call: Call, prepared: Prepared, move: AttemptMove): Promise<Tried> {
    const manner = { purpose: purposeOf(call, move), probe: move.mode === 'probe' };
    const { decisive, others } = await this.hedger.run(call, prepared, manner);
    for (const tried of [...others, decisive]) if (tried.result.outcome === 'failed') this.note(call, tried);
    if (decisive.result.outcome === 'ok' && isRationed(call, move)) this.stats.budget.refund(move.target.costMicros);
    return decisive;
  }

  private passOver(call: Call, target: string, { fault, error }: Unfit): undefined {
    // What was not called is not called later either: whatever speaks against it now still does.
    call.tries.set(target, { count: Number.POSITIVE_INFINITY, fault, notBefore: 0 });
    const retryAfterMs = this.shutFor(target);
    call.failures.push({ target, fault, tried: false, retryAfterMs, ...(error ? { error } : {}) });
  }

  private note(call: Call, { resolved, result }: Tried): void {
    const { fault = 'provider_error', retryAfterMs = 0 } = result;
    const target = resolved.target.id;
    const count = (call.tries.get(target)?.count ?? 0) + 1;
    const notBefore = retryAfterMs > 0 ? systemClock.now() + retryAfterMs : 0;
    call.tries.set(target, { count, fault, notBefore });
    call.failures.push({ target, fault, tried: true, retryAfterMs: retryAfterMs || this.shutFor(target) });
  }

  private shutFor(target: string): number {
    const now = systemClock.now();
    return Math.max(0, shutUntil(this.health.stateOf(target), now) - now);
  }

  private shutBecause(target: string): FaultClass {
    return shutBecause(this.health.stateOf(target), systemClock.now());
  }
}

/** What goes to a target that answers well multiplies no outage, and is free. */
function isRationed(call: Call, { target, mode, again }: Pick<AttemptMove, 'target' | 'mode' | 'again'>): boolean {
  return call.tries.size > 0 && (again || !target.clean || mode !== 'usable');
}

function purposeOf({ attempts }: Call, { again }: AttemptMove): AttemptPurpose {
  if (again) return 'retry';
  return attempts === 0 ? 'first' : 'failover';
}
