import { Injectable } from '@nestjs/common';
import type { AttemptPurpose, FaultClass } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { shutUntil } from '#libs/resilience';
import { AttemptLicence, isRationed } from './attempt-licence.js';
import type { Call } from './call.js';
import { shutBecause } from './domain/fault-of-state.js';
import type { AttemptMove } from './domain/next-move.js';
import { ExchangePreparer, type Prepared, type Unfit } from './exchange-preparer.js';
import { Hedger } from './hedger.js';
import { LocalHealth } from './local-health.js';
import type { Tried } from './target-caller.js';

/** Makes one attempt where it may be made, and notes why a target did not answer. */
@Injectable()
export class AttemptRunner {
  constructor(
    private readonly preparer: ExchangePreparer,
    private readonly health: LocalHealth,
    private readonly licence: AttemptLicence,
    private readonly hedger: Hedger,
  ) {}

  /** `undefined` where no call was made. */
  async run(call: Call, move: AttemptMove): Promise<Tried | undefined> {
    const { id } = move.target;
    const prepared = this.preparer.prepare(call, id);
    if ('fault' in prepared) return this.passOver(call, id, prepared);
    const rationed = isRationed(call, move);
    const licence = this.licence.take(call, move);
    if (!(typeof licence === 'boolean' ? licence : await licence))
      return this.passOver(call, id, { fault: this.shutBecause(id) });
    let answered = false;
    try {
      const tried = await this.make(call, prepared, move);
      answered = tried.result.outcome === 'ok';
      return tried;
    } finally {
      this.licence.release(move, rationed, answered);
    }
  }

  /** What looked like an answer to its end was another than the one to go on with: its target is not asked again. */
  disown(call: Call, { resolved }: Tried): void {
    const target = resolved.target.id;
    const fault = 'wrong_output';
    call.tries.set(target, { count: Number.POSITIVE_INFINITY, fault, notBefore: 0 });
    call.failures.push({ target, fault, tried: true });
  }

  private async make(call: Call, prepared: Prepared, move: AttemptMove): Promise<Tried> {
    const manner = { purpose: purposeOf(call, move), probe: move.mode === 'probe' };
    const { decisive, others } = await this.hedger.run(call, prepared, manner);
    for (const tried of [...others, decisive]) if (tried.result.outcome === 'failed') this.note(call, tried);
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
    const detail = fault === 'wrong_model' && result.message !== undefined ? { detail: result.message } : {};
    call.failures.push({ target, fault, tried: true, retryAfterMs: retryAfterMs || this.shutFor(target), ...detail });
  }

  private shutFor(target: string): number {
    const now = systemClock.now();
    return Math.max(0, shutUntil(this.health.stateOf(target), now) - now);
  }

  private shutBecause(target: string): FaultClass {
    return shutBecause(this.health.stateOf(target), systemClock.now());
  }
}

function purposeOf({ attempts, trail }: Call, { again }: AttemptMove): AttemptPurpose {
  if (trail?.state.begun) return 'continuation';
  if (again) return 'retry';
  return attempts === 0 ? 'first' : 'failover';
}
