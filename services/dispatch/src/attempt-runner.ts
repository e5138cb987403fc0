import { Injectable } from '@nestjs/common';
import type { FaultClass } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { shutUntil } from '#libs/resilience';
import type { Call } from './call.js';
import { shutBecause } from './domain/fault-of-state.js';
import type { Candidate } from './domain/next-candidate.js';
import { ExchangePreparer, type Unfit } from './exchange-preparer.js';
import { LocalHealth } from './local-health.js';
import { ProbePermit } from './probe-permit.js';
import { TargetCaller, type Tried } from './target-caller.js';

/** Makes one attempt where it may be made, and notes why a target did not answer. */
@Injectable()
export class AttemptRunner {
  constructor(
    private readonly preparer: ExchangePreparer,
    private readonly health: LocalHealth,
    private readonly permits: ProbePermit,
    private readonly caller: TargetCaller,
  ) {}

  /** `undefined` where no call was made. */
  async run(call: Call, { id, mode }: Candidate): Promise<Tried | undefined> {
    const prepared = this.preparer.prepare(call, id);
    if ('fault' in prepared) return this.passOver(call, id, prepared);
    if (mode === 'usable') return this.noted(call, await this.caller.call(call, prepared, false));
    if (!(await this.permits.take(id, call.request.plan.deadlines.attempt ?? 300_000)))
      return this.passOver(call, id, { fault: this.shutBecause(id) });
    try {
      return this.noted(call, await this.caller.call(call, prepared, true));
    } finally {
      this.permits.release(id);
    }
  }

  private noted(call: Call, tried: Tried): Tried {
    const { resolved, result } = tried;
    if (result.outcome !== 'failed') return tried;
    const target = resolved.target.id;
    const { fault = 'provider_error', retryAfterMs = this.shutFor(target) } = result;
    call.failures.push({ target, fault, tried: true, retryAfterMs });
    return tried;
  }

  private passOver(call: Call, target: string, { fault, error }: Unfit): undefined {
    const retryAfterMs = this.shutFor(target);
    call.failures.push({ target, fault, tried: false, retryAfterMs, ...(error ? { error } : {}) });
  }

  private shutFor(target: string): number {
    const now = systemClock.now();
    return Math.max(0, shutUntil(this.health.stateOf(target), now) - now);
  }

  private shutBecause(target: string): FaultClass {
    return shutBecause(this.health.stateOf(target), systemClock.now());
  }
}
