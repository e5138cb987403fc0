import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { subjects, tell, watchStates } from '#libs/bus';
import type { FaultClass, HealthSignal, TargetState } from '#libs/contracts';
import { systemClock, systemRandom } from '#libs/kernel';
import { BusConnection } from '#libs/platform';
import { adopt, closedState, fold, newBreaker, type Breaker } from '#libs/resilience';
import { Catalog } from './catalog.js';

/** How one attempt speaks of its target. */
export interface Observation {
  readonly target: string;
  readonly requestId: string;
  readonly probe: boolean;
  /** Absent for a success. */
  readonly fault?: FaultClass;
  readonly retryAfterMs?: number;
}

const GATHER_SUCCESSES_MS = 100;

/**
 * What this dispatcher believes of each target. It decides alone, in the turn of the event loop in which it learns
 * something; what the health service broadcasts is news that replaces its belief.
 */
@Injectable()
export class LocalHealth implements OnModuleInit, OnApplicationShutdown {
  private readonly breakers = new Map<string, Breaker>();
  private readonly successes = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly catalog: Catalog,
  ) {}

  async onModuleInit(): Promise<void> {
    await watchStates(this.connection.bus, (state) =>
      this.breakers.set(state.target, adopt(state, this.breakers.get(state.target))),
    );
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  stateOf(target: string): TargetState {
    return this.breakers.get(target)?.state ?? closedState(target);
  }

  observe(observation: Observation): void {
    const signal = this.signalOf(observation);
    const breaker = this.breakers.get(observation.target) ?? newBreaker(observation.target);
    this.breakers.set(observation.target, fold(breaker, signal, { policy: this.catalog.health, random: systemRandom }));
    if (observation.fault === undefined && !observation.probe) this.gather(observation.target);
    else this.send(signal);
  }

  private signalOf({ target, requestId, probe, fault, retryAfterMs }: Observation): HealthSignal {
    const base = { dispatcher: this.connection.instance, target, at: systemClock.now(), probe };
    if (fault === undefined) return { ...base, successes: 1 };
    const failure = { fault, requestId, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
    return { ...base, successes: 0, failure };
  }

  /** Successes only confirm what is believed: they travel together. */
  private gather(target: string): void {
    this.successes.set(target, (this.successes.get(target) ?? 0) + 1);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, GATHER_SUCCESSES_MS);
  }

  private flush(): void {
    const gathered = [...this.successes].map(([target, successes]): HealthSignal => {
      return { dispatcher: this.connection.instance, target, at: systemClock.now(), probe: false, successes };
    });
    this.successes.clear();
    if (gathered.length > 0) tell(this.connection.bus, subjects.healthSignals, gathered);
  }

  private send(signal: HealthSignal): void {
    // What came before must be counted before.
    this.flush();
    tell(this.connection.bus, subjects.healthSignals, [signal]);
  }
}
