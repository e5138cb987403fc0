import { seededRandom, type Clock, type Random } from '#libs/kernel';
import { credentialDigest } from '../credential.js';
import type { RateLimits } from '../rate-limits.js';
import type { ActiveFault, FaultDefinition } from './fault.js';
import { endOf, shareAt } from './fault-course.js';
import { faultKinds } from './fault-kinds.js';
import { oneOfMixture } from './mixture.js';
import type { FaultSubject } from './fault-subject.js';
import { placeOf } from './sticky.js';
import type { Trigger } from './trigger.js';

/** What one call meets. */
export interface Strike {
  readonly faults: readonly ActiveFault[];
  /** Where a quota is in force: what it leaves to this call's key. */
  readonly limits?: RateLimits;
}

interface Entry {
  fault: ActiveFault;
  readonly seed: number;
  readonly random: Random;
  readonly trigger: Trigger;
}

const always: Trigger = () => ({ strikes: true });

/** The faults in force. Ended ones are gone as soon as anybody looks. */
export class FaultBoard {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly clock: Clock,
    private readonly defaultSeed: number,
  ) {}

  set(definition: FaultDefinition): ActiveFault {
    return this.begin(definition, this.clock.now());
  }

  /** They begin at one moment, and so end at one. */
  setTogether(definitions: readonly FaultDefinition[]): void {
    const now = this.clock.now();
    for (const definition of definitions) this.begin(definition, now);
  }

  /** Without a scope all go; a channel's faults do not include those of `*`. Returns how many went. */
  clear(scope: { readonly channel?: string; readonly id?: string } = {}): number {
    const gone = this.list().filter(
      ({ id, channel }) =>
        (scope.channel === undefined || scope.channel === channel) && (scope.id === undefined || scope.id === id),
    );
    for (const { id } of gone) this.entries.delete(id);
    return gone.length;
  }

  list(): readonly ActiveFault[] {
    const now = this.clock.now();
    for (const [id, { fault }] of this.entries) {
      if (fault.endsAt !== undefined && now >= fault.endsAt) this.entries.delete(id);
    }
    return [...this.entries.values()].map(({ fault }) => fault);
  }

  /** Decides which faults strike one call. Every matching call draws once, so a seed replays. */
  strike(call: FaultSubject): Strike {
    const now = this.clock.now();
    const matching = this.list().filter((fault) => matches(fault, call));
    const strikes = matching.flatMap(({ id }) => this.draw(id, call, now));
    const limits = strikes.findLast((strike) => strike.limits !== undefined)?.limits;
    return { faults: strikes.flatMap(({ faults }) => faults), ...(limits === undefined ? {} : { limits }) };
  }

  private begin(definition: FaultDefinition, startedAt: number): ActiveFault {
    const { channel, kind, model, percent = 100, seed = this.defaultSeed, credential } = definition;
    const id = definition.id ?? [channel, kind, ...(model === undefined ? [] : [model])].join(':');
    const endsAt = endOf(definition, startedAt);
    const fault = {
      ...definition,
      ...(credential === undefined ? {} : { credential: credentialDigest(credential) }),
      ...(endsAt === undefined ? {} : { endsAt }),
      id,
      percent,
      startedAt,
      matched: 0,
      struck: 0,
    };
    const trigger = faultKinds[kind].trigger?.(definition) ?? always;
    this.entries.set(id, { fault, seed, random: seededRandom(seed), trigger });
    return fault;
  }

  private draw(id: string, call: FaultSubject, now: number): readonly Strike[] {
    const entry = this.entries.get(id);
    if (entry === undefined) return [];
    const { fault, seed, random, trigger } = entry;
    const drawn = random() * 100;
    const place = fault.sticky === undefined ? drawn : placeOf(fault, call, seed);
    const meets = place < shareAt(fault, now - fault.startedAt);
    const { strikes, limits } = meets ? trigger(call, now) : { strikes: false };
    entry.fault = { ...fault, matched: fault.matched + 1, struck: fault.struck + (strikes ? 1 : 0) };
    const faults = strikes ? [oneOfMixture(entry.fault, random)] : [];
    return [{ faults, ...(limits === undefined ? {} : { limits }) }];
  }
}

function matches(fault: ActiveFault, call: FaultSubject): boolean {
  const { promptTokens = 0 } = call;
  return (
    isOfCaller(fault, call) &&
    promptTokens >= (fault.minPromptTokens ?? 0) &&
    promptTokens <= (fault.maxPromptTokens ?? Infinity) &&
    (fault.stream === undefined || fault.stream === call.streamed) &&
    (call.streamed || faultKinds[fault.kind].streamedOnly !== true)
  );
}

function isOfCaller(fault: ActiveFault, { channel, model, credential }: FaultSubject): boolean {
  return (
    (fault.channel === '*' || fault.channel === channel) &&
    (fault.model === undefined || fault.model === model) &&
    (fault.credential === undefined || fault.credential === credential)
  );
}
