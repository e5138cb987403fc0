import { defaultHealthPolicy, type HealthPolicy, type HealthSignal, type TargetState } from '#libs/contracts';
import type { Random } from '#libs/kernel';
import { adopt, newBreaker, type Breaker } from '../breaker.js';
import { LatencyBook } from '../latency-book.js';
import { RetryBudget } from '../retry-budget.js';
import { closedState, drain, restore } from '../target-state.js';
import { Trickle } from '../trickle.js';
import type { EventQueue } from './event-queue.fixture.js';
import { FlappingCheck, lawfulFold } from './invariants.fixture.js';

export const policy: HealthPolicy = defaultHealthPolicy;

/** What one dispatcher believes and counts. */
export class SimulatedDispatcher {
  readonly breakers = new Map<string, Breaker>();
  private readonly books = new Map<string, LatencyBook>();
  readonly budget = new RetryBudget();
  readonly trickle = new Trickle();
  /** Until then neither its signals nor the news get through. */
  cutOffUntil = 0;

  constructor(readonly name: string) {}

  stateOf(target: string): TargetState {
    return this.breakers.get(target)?.state ?? closedState(target);
  }

  book(target: string): LatencyBook {
    const book = this.books.get(target) ?? new LatencyBook();
    this.books.set(target, book);
    return book;
  }
}

/** Dispatchers and the health service, with messages between them that take a while. */
export class SimulatedFleet {
  readonly states = new Map<string, Breaker>();
  readonly flapping = new Map<string, FlappingCheck>();
  changes = 0;

  constructor(
    readonly dispatchers: readonly SimulatedDispatcher[],
    private readonly queue: EventQueue,
    private readonly random: Random,
  ) {}

  stateOf(target: string): TargetState {
    return this.states.get(target)?.state ?? closedState(target);
  }

  /** A dispatcher decides for itself at once; health hears of it. */
  observe(dispatcher: SimulatedDispatcher, signal: HealthSignal): void {
    const before = dispatcher.breakers.get(signal.target) ?? newBreaker(signal.target);
    dispatcher.breakers.set(signal.target, lawfulFold(before, signal, { policy, random: this.random }));
    if (dispatcher.cutOffUntil > this.queue.now) return;
    this.queue.after(this.delay(), () => this.take(signal));
  }

  take(signal: HealthSignal): void {
    const before = this.states.get(signal.target) ?? newBreaker(signal.target);
    const after = lawfulFold(before, signal, { policy, random: this.random });
    this.states.set(signal.target, after);
    if (after.state === before.state) return;
    if (after.state.phase !== before.state.phase) {
      this.changes += 1;
      this.flappingOf(signal.target).note(this.queue.now);
    }
    this.broadcast(after.state);
  }

  operate(target: string, what: typeof drain | typeof restore): void {
    const state = what(this.stateOf(target), this.queue.now);
    this.states.set(target, adopt(state));
    this.flappingOf(target).forgive();
    this.broadcast(state);
  }

  private broadcast(state: TargetState): void {
    for (const dispatcher of this.dispatchers) {
      if (dispatcher.cutOffUntil <= this.queue.now) {
        this.queue.after(this.delay(), () => this.tell(dispatcher, state));
      }
    }
  }

  /** News of a target come in order. */
  private tell(dispatcher: SimulatedDispatcher, state: TargetState): void {
    dispatcher.breakers.set(state.target, adopt(this.stateOf(state.target), dispatcher.breakers.get(state.target)));
  }

  /** What a dispatcher that is connected again reads first. */
  catchUp(dispatcher: SimulatedDispatcher): void {
    for (const { state } of this.states.values()) this.tell(dispatcher, state);
  }

  private flappingOf(target: string): FlappingCheck {
    const check = this.flapping.get(target) ?? new FlappingCheck();
    this.flapping.set(target, check);
    return check;
  }

  private delay(): number {
    return 1 + this.random() * 20;
  }
}
