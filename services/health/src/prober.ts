import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { ask, subjects } from '#libs/bus';
import type { ProbeAnswer, ProbeReason, ProbeRequest } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { BusConnection, logger } from '#libs/platform';
import { ActivityLog } from './activity-log.js';
import { probeDue } from './domain/probe-due.js';
import { HealthKeeper } from './health.keeper.js';
import { Leadership } from './leadership.js';

const LOOK_EVERY_MS = 250;
/** Longer than a dispatcher lets a probe take. */
const ANSWER_WITHIN_MS = 60_000;
/** Probes under way at once, whatever the size of the fleet. */
const MOST = 8;

/** While this process leads, has a dispatcher probe what no real call proves. How it went comes back as a signal. */
@Injectable()
export class Prober implements OnModuleInit, OnModuleDestroy {
  private readonly log = logger('health');
  private readonly underWay = new Set<string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly leadership: Leadership,
    private readonly keeper: HealthKeeper,
    private readonly activity: ActivityLog,
  ) {}

  onModuleInit(): void {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    const { revision } = this.keeper;
    if (!revision || !this.leadership.leads) return;
    const now = systemClock.now();
    for (const { id } of revision.targets) {
      if (this.underWay.has(id) || this.underWay.size >= MOST) continue;
      const why = probeDue(this.keeper.breakerOf(id).state, this.activity.of(id), revision.health, now);
      if (why) void this.probe(id, why, revision.number);
    }
  }

  private async probe(target: string, why: ProbeReason, revision: number): Promise<void> {
    this.underWay.add(target);
    this.activity.asked(target);
    const request: ProbeRequest = { requestId: `probe_${randomUUID()}`, target, why, revision };
    try {
      const answer = await ask<ProbeAnswer>(this.connection.bus, subjects.probe, request, ANSWER_WITHIN_MS);
      this.log.info({ target, why, requestId: request.requestId, ...answer }, 'probed');
    } catch (error) {
      this.log.warn({ target, why, reason: String(error) }, 'no dispatcher probed');
    } finally {
      this.underWay.delete(target);
    }
  }
}
