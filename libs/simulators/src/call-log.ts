import type { CallEntry, CallRecord } from './call-entry.js';

export interface CallFilter {
  readonly channel?: string;
  /** Calls that began at this time or later, milliseconds since the Unix epoch. */
  readonly since?: number;
}

/** Bytes are those of requests' and responses' bodies. */
export interface CallLogLimits {
  readonly calls: number;
  readonly bytes: number;
}

/** The last calls with all their bytes, in memory; the oldest go first. */
export class CallLog {
  private readonly entries = new Set<CallEntry>();
  private readonly watchers = new Set<(call: CallRecord) => void>();
  private bytes = 0;

  constructor(private readonly limits: CallLogLimits = { calls: 20_000, bytes: 256 * 1024 * 1024 }) {}

  add(entry: CallEntry): void {
    this.entries.add(entry);
    this.keepWithinLimits();
    entry.onChange((addedBytes) => this.changed(entry, addedBytes));
  }

  list(filter: CallFilter = {}): readonly CallRecord[] {
    return [...this.entries]
      .filter(({ channel }) => filter.channel === undefined || filter.channel === channel)
      .filter(({ startedAt }) => filter.since === undefined || startedAt >= filter.since)
      .map((entry) => entry.record());
  }

  clear(): void {
    this.entries.clear();
    this.bytes = 0;
  }

  /** Resolves with the first call that satisfies the predicate, now or as soon as one does. */
  waitFor(predicate: (call: CallRecord) => boolean, signal: AbortSignal): Promise<CallRecord> {
    const already = this.list().find(predicate);
    if (already !== undefined) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.watchers.delete(look);
        signal.removeEventListener('abort', giveUp);
      };
      const look = (call: CallRecord): void => {
        if (!predicate(call)) return;
        leave();
        resolve(call);
      };
      const giveUp = (): void => {
        leave();
        reject(new Error('No call satisfied the condition in time.', { cause: signal.reason }));
      };
      this.watchers.add(look);
      signal.addEventListener('abort', giveUp);
    });
  }

  private changed(entry: CallEntry, addedBytes: number): void {
    if (this.entries.has(entry)) this.bytes += addedBytes;
    this.keepWithinLimits();
    for (const look of this.watchers) look(entry.record());
  }

  private keepWithinLimits(): void {
    for (const oldest of this.entries) {
      if (this.entries.size <= this.limits.calls && this.bytes <= this.limits.bytes) return;
      this.entries.delete(oldest);
      this.bytes -= oldest.size;
    }
  }
}
