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
    if (move.mode === 'probe') return this.permitted(call, move);
    this.earn(call, move);
    return true;
  }

  /** @param answered a rationed attempt that succeeded was worth its cost */
  release(move: AttemptMove, rationed: boolean, answered: boolean): void {
    if (rationed && answered) this.stats.budget.refund(move.target.costMicros);
    const { id } = move.target;
    if (move.mode === 'last-resort') this.stats.of(id).trickle.noteResult(answered, systemClock.now());
    if (move.mode === 'probe') this.permits.release(id);
  }

  /** In an outage of all, further attempts would only multiply the traffic: they draw on what first attempts earn. */
  private mayCost(call: Call, move: AttemptMove): boolean {
    const { target, mode } = move;
    const now = systemClock.now();
    if (mode === 'last-resort' && !this.trickles(target.id, now)) return false;
    return !isRationed(call, move) || this.stats.budget.spend(target.costMicros, now);
  }

  /** What was paid for an attempt that is not made is given back. */
  private async permitted(call: Call, move: AttemptMove): Promise<boolean> {
    const { id, costMicros } = move.target;
    const granted = await this.permits.take(id, call.request.plan.deadlines.attempt ?? PROBE_MS);
    if (granted) this.earn(call, move);
    else if (isRationed(call, move)) this.stats.budget.refund(costMicros);
    return granted;
  }

  private earn(call: Call, { target }: AttemptMove): void {
    if (call.attempts === 0) this.stats.earn(call, target.costMicros);
  }

  private trickles(target: string, now: number): boolean {
    const { trickle } = this.stats.of(target);
    trickle.noteCall(now);
    return trickle.take(now);
  }
}

/** What goes to a target that answers well multiplies no outage, and is free; and so is a call's first attempt, whoever was passed over. */
export function isRationed(call: Call, { target, mode, again }: AttemptMove): boolean {
  return call.attempts > 0 && (again || !target.clean || mode !== 'usable');
}
