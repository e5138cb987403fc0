import { Injectable, type OnModuleInit } from '@nestjs/common';
import { listenSignals, watchRevision, watchStates } from '#libs/bus';
import type { HealthCommand, HealthSignal, Revision, TargetState } from '#libs/contracts';
import { systemClock, systemRandom } from '#libs/kernel';
import { BusConnection, logger } from '#libs/platform';
import { adopt, closedState, drain, fold, restore, type Breaker } from '#libs/resilience';
import { ActivityLog } from './activity-log.js';
import { ChangePublisher } from './change.publisher.js';
import { policyDuring, withOutage } from './domain/outage.js';
import { Leadership } from './leadership.js';

type By = Pick<HealthCommand, 'actor' | 'note'>;

const OURSELVES: By = { actor: 'health' };

/**
 * The fleet's one state of each target. The leader folds every dispatcher's signals into it and announces each change;
 * the others follow, so that any of them can lead from where it stopped.
 */
@Injectable()
export class HealthKeeper implements OnModuleInit {
  private readonly breakers = new Map<string, Breaker>();
  private readonly log = logger('health');
  private current: Revision | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly leadership: Leadership,
    private readonly activity: ActivityLog,
    private readonly changes: ChangePublisher,
  ) {}

  get revision(): Revision | undefined {
    return this.current;
  }

  async onModuleInit(): Promise<void> {
    const { bus } = this.connection;
    await watchRevision(bus, (revision) => (this.current = revision));
    // What was known before a restart, and what another leader decides, is where we go on from.
    await watchStates(bus, (state) => this.follow(state));
    listenSignals(bus, (signal) => this.take(signal));
  }

  /** The first version is the time: a fleet that lost all it had stored still counts on from what others remember. */
  breakerOf(target: string): Breaker {
    return this.breakers.get(target) ?? adopt({ ...closedState(target), version: systemClock.now() });
  }

  /** Does what an operator asks; a target that is so already stays as it is. An open one may be restored, too. */
  command({ do: what, target, ...by }: HealthCommand): TargetState {
    const { state } = this.breakerOf(target);
    if (state.phase === (what === 'drain' ? 'drained' : 'closed')) return state;
    const next = what === 'drain' ? drain(state, systemClock.now()) : restore(state, systemClock.now());
    this.change(adopt(withOutage(next, state.outage)), state, by);
    return this.breakerOf(target).state;
  }

  /** What a channel's status page reports now; it changes what is shown and how soon we doubt, never the phase. */
  noteOutage(channel: string, description: string | undefined): void {
    const targets = this.current?.targets.filter((target) => target.channel === channel) ?? [];
    for (const { id } of targets) {
      const breaker = this.breakerOf(id);
      const { outage, version } = breaker.state;
      if (outage?.description === description || !this.leadership.leads) continue;
      const seen = description === undefined ? undefined : { at: outage?.at ?? systemClock.now(), description };
      const state = { ...withOutage(breaker.state, seen), version: version + 1 };
      this.change({ ...breaker, state }, breaker.state, OURSELVES);
    }
  }

  private follow(state: TargetState): void {
    // Our own announcements come back, and are no news.
    if (state.version > (this.breakers.get(state.target)?.state.version ?? -1))
      this.breakers.set(state.target, adopt(state));
  }

  private take(signal: HealthSignal): void {
    this.activity.heard(signal);
    if (this.current === undefined || !this.leadership.leads) return;
    const before = this.breakerOf(signal.target);
    const policy = policyDuring(before.state.outage, this.current.health);
    const after = fold(before, signal, { policy, random: systemRandom });
    if (after.state === before.state) this.breakers.set(signal.target, after);
    else this.change({ ...after, state: withOutage(after.state, before.state.outage) }, before.state, OURSELVES);
  }

  private change(breaker: Breaker, before: TargetState, by: By): void {
    const { state } = breaker;
    this.breakers.set(state.target, breaker);
    const { target, phase, reason, until } = state;
    this.log.info({ target, phase, reason, until, ...by }, 'target state changed');
    this.changes.publish({ v: 1, at: systemClock.now(), from: before.phase, state, ...by });
  }
}
