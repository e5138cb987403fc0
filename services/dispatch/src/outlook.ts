import { Injectable } from '@nestjs/common';
import { systemClock } from '#libs/kernel';
import { gatedUntil, shutUntil } from '#libs/resilience';
import type { Call } from './call.js';
import { Catalog } from './catalog.js';
import { costMicros } from './domain/cost.js';
import { failingOf } from './domain/fault-of-state.js';
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
    if (!resolved) return undefined;
    const { target, model } = resolved;
    const record = this.stats.of(id);
    return {
      id,
      model: model.id,
      contextWindow: model.contextWindow,
      ...this.standing(call, resolved, now),
      weight: target.weight,
      headroom: record.headroom(now),
      scoreMs: record.book.score(record.inFlight, now),
      inFlight: record.inFlight,
      costMicros: costMicros({ ...call.need, cacheReadTokens: 0, cacheWriteTokens: 0 }, target.price),
    };
  }

  private standing(call: Call, { target }: ResolvedTarget, now: number) {
    const { state, availability, suspect, clean, share } = this.health.standing(target.id, now);
    const rest = { suspect, clean, share } as const;
    if (availability === 'usable') {
      // Its usual traffic a first choice can take; what shifts to another must not run into that one's limits.
      const patient = now < call.patientUntil;
      const careful = patient && !call.request.plan.tiers[0]?.includes(target.id);
      const { untilMs: until } = this.stats.of(target.id).room(target, call.need, { now, careful, patient });
      if (until > 0) return { availability: 'full', until, stated: true, fault: 'rate_limited', ...rest } as const;
    }
    if (availability !== 'shut') return { availability, until: 0, stated: false, fault: undefined, ...rest };
    const stated = gatedUntil(state) > now;
    return { availability, until: shutUntil(state, now), stated, fault: failingOf(state, now), ...rest };
  }
}
