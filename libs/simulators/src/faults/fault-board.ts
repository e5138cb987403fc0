import { seededRandom, type Clock, type Random } from '#libs/kernel';
import type { ActiveFault, FaultDefinition } from './fault.js';
import { faultKinds } from './fault-kinds.js';

/** What a fault can be scoped by. */
export interface FaultSubject {
  readonly channel: string;
  readonly model: string | undefined;
  readonly streamed: boolean;
}

interface Entry {
  fault: ActiveFault;
  readonly random: Random;
}

/** The faults in force. Ended ones are gone as soon as anybody looks. */
export class FaultBoard {
  private readonly entries = new Map<string, Entry>();

  constructor(
    private readonly clock: Clock,
    private readonly defaultSeed: number,
  ) {}

  set(definition: FaultDefinition): ActiveFault {
    const { channel, kind, model, durationMs, percent = 100, seed = this.defaultSeed } = definition;
    const id = definition.id ?? [channel, kind, ...(model === undefined ? [] : [model])].join(':');
    const startedAt = this.clock.now();
    const ends = durationMs === undefined ? {} : { endsAt: startedAt + durationMs };
    const fault = { ...definition, id, percent, startedAt, ...ends, matched: 0, struck: 0 };
    this.entries.set(id, { fault, random: seededRandom(seed) });
    return fault;
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
  strike(subject: FaultSubject): readonly ActiveFault[] {
    return this.list()
      .filter((fault) => matches(fault, subject))
      .flatMap(({ id }) => this.draw(id));
  }

  private draw(id: string): readonly ActiveFault[] {
    const entry = this.entries.get(id);
    if (entry === undefined) return [];
    const strikes = entry.random() * 100 < entry.fault.percent;
    const { matched, struck } = entry.fault;
    entry.fault = { ...entry.fault, matched: matched + 1, struck: struck + (strikes ? 1 : 0) };
    return strikes ? [entry.fault] : [];
  }
}

function matches(fault: ActiveFault, subject: FaultSubject): boolean {
  return (
    (fault.channel === '*' || fault.channel === subject.channel) &&
    (fault.model === undefined || fault.model === subject.model) &&
    (fault.stream === undefined || fault.stream === subject.streamed) &&
    (subject.streamed || faultKinds[fault.kind].streamedOnly !== true)
  );
}
