import { Injectable } from '@nestjs/common';
import type { HealthSignal } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import type { Activity } from './domain/probe-due.js';

/** When each target was last heard of. Followers listen too, so that a new leader does not take the fleet for idle. */
@Injectable()
export class ActivityLog {
  private readonly since = systemClock.now();
  private readonly byTarget = new Map<string, Activity>();

  of(target: string): Activity {
    return this.byTarget.get(target) ?? { heardAt: this.since, probedAt: 0, askedAt: 0 };
  }

  heard({ target, probe }: HealthSignal): void {
    const now = systemClock.now();
    this.byTarget.set(target, { ...this.of(target), heardAt: now, ...(probe ? { probedAt: now } : {}) });
  }

  asked(target: string): void {
    this.byTarget.set(target, { ...this.of(target), askedAt: systemClock.now() });
  }
}
