import { Injectable } from '@nestjs/common';
import { systemClock } from '#libs/kernel';
import type { Call } from './call.js';
import type { AttemptMove } from './domain/next-move.js';
import { ProbePermit } from './probe-permit.js';
import { TargetStats } from './target-stats.js';

/** No probe by a real call takes longer. */
const PROBE_MS = 300_000;

/** Whether an attempt may be made at all: as a probe, as a last resort, or beyond a call's first. */
@Injectable()
export class AttemptLicence {
  constructor(
    private readonly stats: TargetStats,
    private readonly permits: ProbePermit,
  ) {}

  /** At once, except for a probe: between a look at a target's limits and the attempt nothing else may come. */
  take(call: Call, move: AttemptMove): boolean | Promise<boolean> {
    if (!this.mayCost(call, move)) return false;
    if (move.mode !== 'probe') return true;
    return this.permits.take(move.target.id, call.request.plan.deadlines.attempt ?? PROBE_MS);
  }

  /** @param answered a rationed attempt that succeeded was worth its cost */
  release(move: AttemptMove, rationed: boolean, answered: boolean): void {
    if (rationed && answered) this.stats.budget.refund(move.target.costMicros);
    if (move.mode === 'probe') this.permits.release(move.target.id);
  }

  /** In an outage of all, further attempts would only multiply the traffic: they draw on what first attempts earn. */
  private mayCost(call: Call, move: AttemptMove): boolean {
    const { target, mode } = move;
    const now = systemClock.now();
    if (mode === 'last-resort' && !this.trickles(target.id, now)) return false;
    if (call.tries.size === 0) this.stats.earn(call, target.costMicros);
    return !isRationed(call, move) || this.stats.budget.spend(target.costMicros, now);
  }

  private trickles(target: string, now: number): boolean {
    const { trickle } = this.stats.of(target);
    trickle.noteCall(now);
    return trickle.take(now);
  }
}

/** What goes to a target that answers well multiplies no outage, and is free. */
export function isRationed(call: Call, { target, mode, again }: AttemptMove): boolean {
  return call.tries.size > 0 && (again || !target.clean || mode !== 'usable');
}
