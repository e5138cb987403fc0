import type { TargetState } from '#libs/contracts';
import { seededRandom } from '#libs/kernel';
import { EventQueue } from './event-queue.fixture.js';
import { FaultyProvider, newEpisode, pick } from './faulty-provider.fixture.js';
import { policy, SimulatedDispatcher, SimulatedFleet } from './fleet.fixture.js';
import { must } from './invariants.fixture.js';
import { SimulatedCall, type Outcome, type World } from './simulated-call.fixture.js';
import { availability, drain, restore } from '../target-state.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** Not zero: an epoch's beginning is a special case that never occurs. */
const START = 1_700_000_000_000;
/** Two models, and a route that has one target only. */
type Route = readonly (readonly string[])[];
const routes: readonly Route[] = [[['a1', 'a2'], ['b1'], ['c1']], [['d1']]];
const targets = routes.flat(2);
/** A healthy target is back by then: the longest back-off, and a prober's round with its answer. */
const BACK_MS = policy.maxOpenMs + 60_000;
/** What a dispatcher alone believes ends with a call of its own, for which there may be long to wait. */
const AGREED_MS = BACK_MS + 10 * MINUTE;

/** A fleet, its providers and what happens to them, over simulated hours. */
export class Simulation {
  readonly queue = new EventQueue(START);
  readonly world: World;
  readonly totals = { calls: 0, attempts: 0, failed: 0, outageCalls: 0, outageAttempts: 0, unneeded: 0 };
  private outage = { from: 0, to: 0 };

  constructor(readonly seed: number) {
    const random = seededRandom(seed);
    const dispatchers = ['d1', 'd2', 'd3'].map((name) => new SimulatedDispatcher(name));
    this.world = {
      queue: this.queue,
      random,
      fleet: new SimulatedFleet(dispatchers, this.queue, random),
      providers: new Map(targets.map((target) => [target, new FaultyProvider(random, START)])),
      probing: new Map(),
    };
  }

  run(hours: number): void {
    this.call();
    this.every(5000, () => this.probe());
    this.every(MINUTE, () => this.inspect());
    this.every(3 * HOUR, () => this.breakEverything());
    this.every(5 * HOUR, () => this.operate());
    this.every(HOUR, () => this.cutOff());
    this.queue.runUntil(START + hours * HOUR);
  }

  private every(ms: number, happen: () => void): void {
    this.queue.after(ms, () => {
      happen();
      this.every(ms, happen);
    });
  }

  /** Calls come one by one, in busy times and in quiet ones. */
  private call(): void {
    const { random, fleet } = this.world;
    const busy = (this.queue.now / (7 * MINUTE)) % 5 < 1;
    this.queue.after(-Math.log(1 - random()) * (busy ? 2000 : 8000), () => {
      const [first = new SimulatedDispatcher('none')] = fleet.dispatchers;
      const route = pick(routes, random, []);
      const dispatcher = pick(fleet.dispatchers, random, first);
      new SimulatedCall(this.world, dispatcher, route, (outcome) => this.count(outcome, dispatcher, route)).start();
      this.call();
    });
  }

  private count({ startedAt, attempts, ended }: Outcome, dispatcher: SimulatedDispatcher, route: Route): void {
    this.totals.calls += 1;
    this.totals.attempts += attempts;
    if (ended === 'failed') this.totals.failed += 1;
    if (ended === 'failed' && this.isServed(dispatcher, route)) this.totals.unneeded += 1;
    if (startedAt < this.outage.from || this.queue.now > this.outage.to) return;
    this.totals.outageCalls += 1;
    this.totals.outageAttempts += attempts;
  }

  /** Does one of the route's targets work, and long enough for everybody to know? */
  private isServed(dispatcher: SimulatedDispatcher, route: Route): boolean {
    const { now } = this.queue;
    const usable = route.flat().filter((target) => availability(dispatcher.stateOf(target), now) === 'usable');
    return usable.some((target) => (this.world.providers.get(target)?.wellFor(now) ?? 0) > BACK_MS);
  }

  /** One prober for the fleet, for what no call has probed. */
  private probe(): void {
    const { fleet, probing, providers } = this.world;
    for (const target of targets) {
      const state = fleet.stateOf(target);
      const due = availability(state, this.queue.now) === 'probe' && this.queue.now > state.until + policy.probeOpenMs;
      if (!due || probing.get(target)) continue;
      probing.set(target, 1);
      const { afterMs, fault } = providers.get(target)?.answer(this.queue.now) ?? { afterMs: 1 };
      this.queue.after(afterMs, () => {
        probing.set(target, 0);
        const base = { dispatcher: 'prober', target, at: this.queue.now, probe: true };
        const failure = fault === undefined ? {} : { failure: { fault, requestId: 'probe' } };
        fleet.take({ ...base, successes: fault === undefined ? 1 : 0, ...failure });
      });
    }
  }

  /** What works is used again in time, and all agree on it. */
  private inspect(): void {
    const { fleet, providers } = this.world;
    const { now } = this.queue;
    for (const target of targets) {
      const well = providers.get(target)?.wellFor(now) ?? 0;
      const state = fleet.stateOf(target);
      if (well < BACK_MS || state.phase === 'drained' || now - state.since < BACK_MS) continue;
      // A day is the longest that is believed, and the provider said so.
      if (state.reason === 'daily_quota' && now < state.until) continue;
      must(availability(state, now) === 'usable', 'a healthy target is back', target, state, well);
      for (const dispatcher of fleet.dispatchers) {
        if (well < AGREED_MS || dispatcher.cutOffUntil + AGREED_MS > now) continue;
        const mine = dispatcher.stateOf(target);
        must(isAgreed(mine, state, now), 'dispatchers converge', dispatcher.name, mine, state);
      }
    }
    must(this.queue.planned < 1000, 'nothing piles up', this.queue.planned);
  }

  private breakEverything(): void {
    const { random, providers } = this.world;
    const from = this.queue.now;
    const to = from + 2 * MINUTE + random() * 20 * MINUTE;
    this.outage = { from, to };
    for (const provider of providers.values()) provider.break({ ...newEpisode('total', from, random), to });
  }

  private operate(): void {
    const target = pick(targets, this.world.random, 'a1');
    this.world.fleet.operate(target, drain);
    this.queue.after(10 * MINUTE, () => this.world.fleet.operate(target, restore));
  }

  /** A dispatcher without a broker goes on alone. */
  private cutOff(): void {
    const { fleet, random } = this.world;
    const [first = new SimulatedDispatcher('none')] = fleet.dispatchers;
    const dispatcher = pick(fleet.dispatchers, random, first);
    const ms = random() * 5 * MINUTE;
    dispatcher.cutOffUntil = this.queue.now + ms;
    this.queue.after(ms, () => fleet.catchUp(dispatcher));
  }
}

/** What a dispatcher found out alone stands until its own probe: the fleet saw less reason, and says nothing. */
function isAgreed(mine: TargetState, state: TargetState, now: number): boolean {
  const own = availability(mine, now);
  return own === 'usable' || (own === 'probe' && mine.since > state.since);
}
