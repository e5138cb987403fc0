import type { FaultClass, HealthSignal, TargetState } from '#libs/contracts';
import type { Random } from '#libs/kernel';
import { newBreaker } from '../breaker.js';
import { penalties, type Penalty } from '../penalty.js';
import { shareOf } from '../share.js';
import type { Candidate } from '../strategies/candidate.js';
import { choose } from '../strategies/choose.js';
import { availability, gatedUntil } from '../target-state.js';
import type { EventQueue } from './event-queue.fixture.js';
import type { Answer, FaultyProvider } from './faulty-provider.fixture.js';
import { policy, type SimulatedDispatcher, type SimulatedFleet } from './fleet.fixture.js';
import { must } from './invariants.fixture.js';

export interface World {
  readonly queue: EventQueue;
  readonly random: Random;
  readonly fleet: SimulatedFleet;
  readonly providers: ReadonlyMap<string, FaultyProvider>;
  /** The fleet's permits: a target has at most one probe. */
  readonly probing: Map<string, number>;
}

export interface Outcome {
  readonly startedAt: number;
  readonly attempts: number;
  readonly ended: 'answered' | 'rejected' | 'failed';
}

type Mode = 'usable' | 'probe' | 'last-resort';

interface Attempt {
  readonly target: string;
  readonly mode: Mode;
}

const penaltyOf: Readonly<Record<string, Penalty>> = penalties;

/** One call through one dispatcher, over all its attempts. */
export class SimulatedCall {
  private readonly tried = new Set<string>();
  private readonly startedAt: number;
  private attempts = 0;

  constructor(
    private readonly world: World,
    private readonly dispatcher: SimulatedDispatcher,
    private readonly tiers: readonly (readonly string[])[],
    private readonly done: (outcome: Outcome) => void,
  ) {
    this.startedAt = world.queue.now;
  }

  start(): void {
    this.dispatcher.trickle.noteCall(this.startedAt);
    const first = this.next();
    if (first === undefined) return this.end('failed');
    this.dispatcher.budget.earn(1);
    this.attempt(first);
  }

  private end(ended: Outcome['ended']): void {
    this.done({ startedAt: this.startedAt, attempts: this.attempts, ended });
  }

  private next(): Attempt | undefined {
    const { now } = this.world.queue;
    for (const tier of this.tiers) {
      const left = tier.filter((target) => !this.tried.has(target));
      const probe = left.find((target) => this.is(target, 'probe') && !this.world.probing.get(target));
      if (probe !== undefined) return { target: probe, mode: 'probe' };
      const usable = left.filter((target) => this.is(target, 'usable')).map((target) => this.candidate(target));
      const target = choose('weighted', usable, this.world.random);
      if (target !== undefined) return { target, mode: 'usable' };
    }
    return this.dispatcher.trickle.take(now) ? this.lastResort() : undefined;
  }

  private lastResort(): Attempt | undefined {
    const left = this.tiers.flat().filter((target) => !this.tried.has(target));
    const [least] = left
      .map((target) => this.dispatcher.stateOf(target))
      .filter((state) => this.mayBeTried(state))
      .toSorted((a, b) => a.until - b.until);
    return least && { target: least.target, mode: 'last-resort' };
  }

  private mayBeTried(state: TargetState): boolean {
    const { now } = this.world.queue;
    return state.phase === 'open' && gatedUntil(state) <= now && penaltyOf[state.reason] === 'strike';
  }

  private is(target: string, wanted: ReturnType<typeof availability>): boolean {
    return availability(this.dispatcher.stateOf(target), this.world.queue.now) === wanted;
  }

  private candidate(id: string): Candidate {
    const { now } = this.world.queue;
    const breaker = this.dispatcher.breakers.get(id) ?? newBreaker(id);
    const share = shareOf(breaker.state, now, policy);
    must(share > 0 && share <= 1, 'a share is above 0 and at most 1', share);
    const scoreMs = this.dispatcher.book(id).score(0, now);
    return { id, weight: 1, headroom: 1, costMicros: 1, share, scoreMs };
  }

  private attempt(attempt: Attempt): void {
    const { queue, providers, probing } = this.world;
    const { target, mode } = attempt;
    this.check(attempt);
    this.tried.add(target);
    this.attempts += 1;
    if (mode === 'probe') probing.set(target, 1);
    const answer = providers.get(target)?.answer(queue.now) ?? { afterMs: 1, fault: 'unreachable' as FaultClass };
    queue.after(answer.afterMs, () => this.ended(attempt, answer));
  }

  private check({ target, mode }: Attempt): void {
    const usable = this.tiers.flat().filter((id) => !this.tried.has(id) && this.is(id, 'usable'));
    if (mode === 'usable') must(usable.includes(target), 'a shut target is not chosen', target, usable);
    if (mode === 'last-resort') must(usable.length === 0, 'nothing better was left', target, usable);
    if (mode === 'probe') must(!this.world.probing.get(target), 'one probe at a time', target);
  }

  private ended({ target, mode }: Attempt, answer: Answer): void {
    const { queue, fleet, probing } = this.world;
    if (mode === 'probe') probing.set(target, 0);
    fleet.observe(this.dispatcher, this.signalOf(target, mode !== 'usable', answer));
    const { fault } = answer;
    if (fault === undefined) {
      if (this.attempts > 1) this.dispatcher.budget.refund(1);
      return this.end('answered');
    }
    if (penalties[fault] === 'none') return this.end('rejected');
    const next = this.next();
    if (next === undefined || !this.dispatcher.budget.spend(1, queue.now)) return this.end('failed');
    this.attempt(next);
  }

  private signalOf(target: string, probe: boolean, answer: Answer): HealthSignal {
    const { fault, afterMs, retryAfterMs } = answer;
    const book = this.dispatcher.book(target);
    const at = this.world.queue.now;
    const base = { dispatcher: this.dispatcher.name, target, at, probe };
    if (fault !== undefined) {
      book.noteFailure(retryAfterMs ?? 0, at);
      const hint = retryAfterMs === undefined ? {} : { retryAfterMs };
      return { ...base, successes: 0, failure: { fault, requestId: `r${at}`, ...hint } };
    }
    const change = book.noteFirstToken(100, afterMs, at);
    return { ...base, successes: 1, ...(change ? { latency: change } : {}) };
  }
}
