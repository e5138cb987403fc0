import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { publishHealthChange, putTargetState } from '#libs/bus';
import type { HealthChange, TargetState } from '#libs/contracts';
import { BusConnection, logger } from '#libs/platform';
import { Leadership } from './leadership.js';

const RETRY_MS = 1000;
/** Changes kept for the history while the broker is away: beyond it the oldest are lost, never memory. */
const MAX_WAITING = 10_000;
const LAST_TRIES_MS = 2000;

/** Tells a change at once, and then sees to it that the state is stored and the history has it. */
@Injectable()
export class ChangePublisher implements BeforeApplicationShutdown {
  private readonly log = logger('health');
  private readonly latest = new Map<string, TargetState>();
  private readonly unstored = new Set<string>();
  private readonly untold: HealthChange[] = [];
  private readonly stopped = new AbortController();
  private working: Promise<void> | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly leadership: Leadership,
  ) {}

  publish(change: HealthChange): void {
    this.untold.push(change);
    if (this.untold.length > MAX_WAITING) this.untold.shift();
    this.latest.set(change.state.target, change.state);
    // Dispatchers have decided for themselves already: a broker that is away costs news, not routing.
    putTargetState(this.connection.bus, change.state).catch((error: unknown) => this.notStored(change.state, error));
    this.work();
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.race([this.working, delay(LAST_TRIES_MS, undefined, { ref: false })]);
    this.stopped.abort();
  }

  private notStored(state: TargetState, error: unknown): void {
    this.log.warn({ target: state.target, reason: String(error) }, 'a state was not stored; it will be');
    this.unstored.add(state.target);
    this.work();
  }

  private work(): void {
    this.working ??= this.catchUp().finally(() => (this.working = undefined));
  }

  private async catchUp(): Promise<void> {
    while (!this.stopped.signal.aborted && (this.untold.length > 0 || this.unstored.size > 0)) {
      try {
        await this.next();
      } catch {
        await delay(RETRY_MS, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
      }
    }
  }

  private async next(): Promise<void> {
    const { bus } = this.connection;
    // Another leads: what it has stored since is newer.
    if (!this.leadership.leads) this.unstored.clear();
    for (const target of this.unstored) {
      const state = this.latest.get(target);
      if (state) await putTargetState(bus, state);
      if (this.latest.get(target) === state) this.unstored.delete(target);
    }
    const [change] = this.untold;
    if (!change) return;
    await publishHealthChange(bus, change);
    if (this.untold[0] === change) this.untold.shift();
  }
}
