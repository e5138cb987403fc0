import { setTimeout as delay } from 'node:timers/promises';
import { jetstream, JetStreamApiCodes, JetStreamApiError, StorageType } from '@nats-io/jetstream';
import { Kvm, type KV } from '@nats-io/kv';
import { systemClock } from '#libs/kernel';
import type { Bus } from './connection.js';

export interface LeaseOptions {
  readonly name: string;
  /** Who wants it, unique among running processes. A process that starts again has at once what it had. */
  readonly holder: string;
  /** How long a holder that died keeps the others waiting. The same for all who want it. */
  readonly ttlMs: number;
  /** Told of each change, in order. */
  readonly onChange: (held: boolean) => void;
}

/** One holder at a time in the whole fleet, by the broker's clock and by its own. */
export interface Lease {
  /** Certain at this moment: a process that was frozen knows when it wakes that it may have lost it. */
  readonly held: boolean;
  /** Gives it back, where it is held, for another to take at once. */
  release(): Promise<void>;
}

/** Wants a lease from now on: takes it when it is free, and keeps it. Resolves after the first try. */
export async function contend(bus: Bus, options: LeaseOptions): Promise<Lease> {
  const contender = new Contender(bus, options);
  await contender.step();
  const stopped = new AbortController();
  const loop = contender.run(stopped.signal);
  return {
    get held() {
      return contender.held;
    },
    release: async () => {
      stopped.abort();
      await loop;
      await contender.giveBack();
    },
  };
}

/** The broker forgets an entry that is not renewed: whoever then writes it first has the lease. */
class Contender {
  private kv: KV | undefined;
  /** The entry's revision, and until when it is ours by our own clock. */
  private lease: { readonly revision: number; readonly until: number } | undefined;
  private told = false;

  constructor(
    private readonly bus: Bus,
    private readonly options: LeaseOptions,
  ) {}

  get held(): boolean {
    return this.lease !== undefined && systemClock.monotonic() < this.lease.until;
  }

  async run(stopped: AbortSignal): Promise<void> {
    const { ttlMs } = this.options;
    while (!stopped.aborted) {
      await delay(ttlMs / 5, undefined, { signal: stopped }).catch(() => undefined);
      if (!stopped.aborted) await this.step();
    }
  }

  async step(): Promise<void> {
    // Counted from before it was asked for: the broker's own count begins later.
    const askedAt = systemClock.monotonic();
    try {
      const revision = await this.write();
      this.lease = revision === undefined ? undefined : { revision, until: askedAt + this.options.ttlMs * 0.8 };
    } catch {
      // Nothing is known now: what was held is held until its time is up.
      this.kv = undefined;
    }
    this.tell(this.held);
  }

  async giveBack(): Promise<void> {
    const { name } = this.options;
    if (this.lease && this.held) {
      await this.kv?.delete(name, { previousSeq: this.lease.revision }).catch(() => undefined);
    }
    this.lease = undefined;
    this.tell(false);
  }

  /** The entry's revision; `undefined` where another has the lease. */
  private async write(): Promise<number | undefined> {
    this.kv ??= await this.bucket();
    // A holder knows what stands there, and need not ask; where it is mistaken, it is refused.
    const renewed = this.lease && this.held ? await this.put(this.kv, this.lease.revision) : undefined;
    return renewed ?? this.take(this.kv);
  }

  private async take(kv: KV): Promise<number | undefined> {
    const { name, holder } = this.options;
    const entry = await kv.get(name);
    if (entry?.operation === 'PUT' && entry.string() !== holder) return undefined;
    return this.put(kv, entry?.revision ?? 0);
  }

  /** Who writes upon another's writing is refused: of two that come at once, one has it. */
  private async put(kv: KV, previousSeq: number): Promise<number | undefined> {
    const { name, holder } = this.options;
    try {
      return await kv.put(name, holder, { previousSeq });
    } catch (error) {
      if (isRefused(error)) return undefined;
      throw error;
    }
  }

  private bucket(): Promise<KV> {
    const { ttlMs } = this.options;
    const client = jetstream(this.bus.nats, { timeout: ttlMs });
    return new Kvm(client).create('bw-leases', { ttl: ttlMs, history: 1, storage: StorageType.Memory });
  }

  private tell(held: boolean): void {
    if (held === this.told) return;
    this.told = held;
    this.options.onChange(held);
  }
}

function isRefused(error: unknown): boolean {
  const codes: readonly number[] = [
    JetStreamApiCodes.StreamWrongLastSequence,
    JetStreamApiCodes.StreamWrongLastSequenceUnknown,
  ];
  return error instanceof JetStreamApiError && codes.includes(error.code);
}
