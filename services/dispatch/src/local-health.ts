import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { listenFailures, publishSignals, watchStates } from '#libs/bus';
import type { FaultClass, HealthSignal, LimitKind, TargetState } from '#libs/contracts';
import { systemClock, systemRandom } from '#libs/kernel';
import { BusConnection } from '#libs/platform';
import {
  adopt,
  availability,
  fold,
  hear,
  isSuspect,
  newBreaker,
  shareOf,
  type Breaker,
  type FoldContext,
} from '#libs/resilience';
import { Catalog } from './catalog.js';

/** How one attempt speaks of its target. */
export interface Observation {
  readonly target: string;
  readonly requestId: string;
  readonly probe: boolean;
  /** Absent for a success. */
  readonly fault?: FaultClass;
  readonly retryAfterMs?: number;
  readonly limit?: LimitKind;
  readonly latency?: NonNullable<HealthSignal['latency']>;
}

/** What speaks for and against a target at one moment. */
export interface Standing {
  readonly state: TargetState;
  readonly availability: 'usable' | 'probe' | 'shut';
  /** It has just failed, here or at another dispatcher. */
  readonly suspect: boolean;
  /** Nothing failed since it last succeeded. */
  readonly clean: boolean;
  readonly share: number;
}

const GATHER_SUCCESSES_MS = 250;

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
    const { bus } = this.connection;
    await watchStates(bus, (state) => {
      this.breakers.set(state.target, adopt(state, this.breakers.get(state.target)));
    });
    listenFailures(bus, (signal) => {
      this.breakers.set(signal.target, hear(this.breakerOf(signal.target), signal, this.context));
    });
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
  }

  stateOf(target: string): TargetState {
    return this.breakerOf(target).state;
  }

  standing(target: string, now: number): Standing {
    const breaker = this.breakerOf(target);
    const { state, strikes } = breaker;
    return {
      state,
      availability: availability(state, now),
      suspect: isSuspect(breaker, now),
      clean: strikes === 0 && state.phase === 'closed',
      share: shareOf(state, now, this.catalog.health),
    };
  }

  observe(observation: Observation): void {
    const signal = this.signalOf(observation);
    this.fold(signal);
    if (observation.fault === undefined && !observation.probe && !observation.latency) this.gather(observation.target);
    else this.send(signal);
  }

  private fold(signal: HealthSignal): void {
    this.breakers.set(signal.target, fold(this.breakerOf(signal.target), signal, this.context));
  }

  private get context(): FoldContext {
    return { policy: this.catalog.health, random: systemRandom };
  }

  private breakerOf(target: string): Breaker {
    return this.breakers.get(target) ?? newBreaker(target);
  }

  private signalOf({ target, requestId, probe, fault, latency, ...told }: Observation): HealthSignal {
    const slower = latency ? { latency } : {};
    const base = { dispatcher: this.connection.instance, target, at: systemClock.now(), probe, ...slower };
    if (fault === undefined) return { ...base, successes: 1 };
    const { retryAfterMs, limit } = told;
    const named = {
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(limit === undefined ? {} : { limit }),
    };
    const failure = { fault, requestId, ...named };
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
    if (gathered.length > 0) publishSignals(this.connection.bus, gathered);
  }

  private send(signal: HealthSignal): void {
    // What came before must be counted before.
    this.flush();
    publishSignals(this.connection.bus, [signal]);
  }
}
