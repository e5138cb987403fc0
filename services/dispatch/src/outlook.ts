import { Injectable } from '@nestjs/common';
import { systemClock } from '#libs/kernel';
import type { Call } from './call.js';
import { Catalog } from './catalog.js';
import { costMicros } from './domain/cost.js';
import { faultOfState } from './domain/fault-of-state.js';
import type { Situation } from './domain/next-move.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';
import type { TargetView } from './domain/target-view.js';
import { LocalHealth } from './local-health.js';
import { TargetStats } from './target-stats.js';

/** How a call's targets stand this moment: health, limits and statistics in one view. */
@Injectable()
export class Outlook {
  constructor(
    private readonly catalog: Catalog,
    private readonly health: LocalHealth,
    private readonly stats: TargetStats,
  ) {}

  situation(call: Call, tries: Situation['tries']): Situation {
    const { plan, session } = call.request;
    const now = systemClock.now();
    return {
      tiers: plan.tiers.map((tier) => tier.flatMap((id) => this.view(call, id, now) ?? [])),
      pinned: plan.model,
      tries,
      conduct: plan.conduct,
      patientUntil: call.patientUntil,
      session,
    };
  }

  isUsable(call: Call, target: string): boolean {
    return this.view(call, target, systemClock.now())?.availability === 'usable';
  }

  /** `undefined` for a target that a newer revision took away. */
  private view(call: Call, id: string, now: number): TargetView | undefined {
    const resolved = this.catalog.find(id);
    return resolved && { ...this.stats.view(resolved, call.need, now), ...this.standing(call, resolved, now) };
  }

  private standing({ need }: Call, { target, model }: ResolvedTarget, now: number) {
    const { state, availability, suspect, clean, share, gatedUntil } = this.health.standing(target.id, now);
    const room = this.stats.room(target, need, now);
    const full = availability === 'usable' && room.untilMs > 0;
    const shut = availability === 'shut';
    return {
      id: target.id,
      model: model.id,
      contextWindow: model.contextWindow,
      availability: full ? 'full' : availability,
      until: full ? room.untilMs : shut ? Math.max(gatedUntil, state.phase === 'open' ? state.until : 0) : 0,
      stated: full ? room.stated : gatedUntil > 0,
      fault: full || gatedUntil > 0 ? 'rate_limited' : shut ? faultOfState(state.reason) : undefined,
      suspect,
      clean,
      share,
      weight: target.weight,
      costMicros: costMicros({ ...need, cacheReadTokens: 0, cacheWriteTokens: 0 }, target.price),
    } as const;
  }
}
