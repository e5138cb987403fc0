import { Injectable, type OnModuleInit } from '@nestjs/common';
import { listen, putTargetState, subjects, watchRevision, watchStates } from '#libs/bus';
import type { HealthPolicy, HealthSignal, TargetState } from '#libs/contracts';
import { systemRandom } from '#libs/kernel';
import { BusConnection, logger } from '#libs/platform';
import { adopt, fold, newBreaker, type Breaker } from '#libs/resilience';

/** Folds every dispatcher's signals into one state per target and broadcasts each change at once. */
@Injectable()
export class HealthKeeper implements OnModuleInit {
  private readonly breakers = new Map<string, Breaker>();
  private policy: HealthPolicy | undefined;
  private readonly log = logger('health');

  constructor(private readonly connection: BusConnection) {}

  async onModuleInit(): Promise<void> {
    const { bus } = this.connection;
    await watchRevision(bus, (revision) => (this.policy = revision.health));
    // What was known before a restart is where we go on from; our own broadcasts come back and change nothing.
    await watchStates(bus, (state) => {
      if (!this.breakers.has(state.target)) this.breakers.set(state.target, adopt(state));
    });
    listen<readonly HealthSignal[]>(bus, subjects.healthSignals, (signals) =>
      signals.forEach((signal) => this.take(signal)),
    );
  }

  private take(signal: HealthSignal): void {
    if (this.policy === undefined) return;
    const before = this.breakers.get(signal.target) ?? newBreaker(signal.target);
    const after = fold(before, signal, { policy: this.policy, random: systemRandom });
    this.breakers.set(signal.target, after);
    if (after.state !== before.state) this.broadcast(after.state);
  }

  private broadcast(state: TargetState): void {
    this.log.info(
      { target: state.target, phase: state.phase, reason: state.reason, until: state.until },
      'target state changed',
    );
    // Dispatchers have decided for themselves already: a broker that is away costs news, not routing.
    putTargetState(this.connection.bus, state).catch((error: unknown) =>
      this.log.warn({ target: state.target, error: String(error) }, 'broadcast failed'),
    );
  }
}
