import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { announceState, publishHealthChange, storeState } from '#libs/bus';
import type { HealthChange, TargetState } from '#libs/contracts';
import { BusConnection, logger } from '#libs/platform';
import { Leadership } from './leadership.js';

/** What is stored is for who comes later: it must not take the broker's time while dispatchers hear the news. */
const STORE_AFTER_MS = 20;
const RETRY_MS = 1000;
/** Changes kept for the history while the broker is away: beyond it the oldest are lost, never memory. */
const MAX_WAITING = 10_000;
const LAST_TRIES_MS = 2000;

/** Tells a change at once, and then sees to it that the state is stored and the history has it. */
@Injectable()
export class ChangePublisher implements OnModuleDestroy {
  private readonly log = logger('health');
  private readonly unstored = new Map<string, TargetState>();
  private readonly untold: HealthChange[] = [];
  private readonly stopped = new AbortController();
  private working: Promise<void> | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly leadership: Leadership,
  ) {}

  publish(change: HealthChange): void {
    // Dispatchers have decided for themselves already: a broker that is away costs news, not routing.
    announceState(this.connection.bus, change.state);
    this.unstored.set(change.state.target, change.state);
    this.untold.push(change);
    if (this.untold.length > MAX_WAITING) this.untold.shift();
    this.work();
  }

  /** Resolves when all that was published is stored. */
  async settled(): Promise<void> {
    await this.working;
  }

  /** Before the leadership is given back: another must not be overwritten. */
  async onModuleDestroy(): Promise<void> {
    await Promise.race([this.working, delay(LAST_TRIES_MS, undefined, { ref: false })]);
    this.stopped.abort();
  }

  private work(): void {
    this.working ??= this.catchUp().finally(() => {
      this.working = undefined;
      if (this.isBehind) this.work();
    });
  }

  private get isBehind(): boolean {
    return !this.stopped.signal.aborted && (this.untold.length > 0 || this.unstored.size > 0);
  }

  private async catchUp(): Promise<void> {
    await this.pause(STORE_AFTER_MS);
    while (this.isBehind) {
      try {
        await this.storeAll();
        await this.tellHistory();
      } catch (error) {
        this.log.warn({ reason: String(error) }, 'states or their history were not stored; they will be');
        await this.pause(RETRY_MS);
      }
    }
  }

  private async storeAll(): Promise<void> {
    for (const [target, state] of this.unstored) {
      // Another leads: what it has stored since is newer.
      if (this.leadership.leads) await storeState(this.connection.bus, state);
      if (this.unstored.get(target) === state) this.unstored.delete(target);
    }
  }

  private async tellHistory(): Promise<void> {
    const [change] = this.untold;
    if (!change) return;
    await publishHealthChange(this.connection.bus, change);
    if (this.untold[0] === change) this.untold.shift();
  }

  private async pause(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
  }
}
