import { randomUUID } from 'node:crypto';
import type { LedgerRecord } from '#libs/contracts';
import type { Bus } from './connection.js';
import { Journal, type JournalOptions } from './journal.js';
import { jetStreamOf, streams } from './streams.js';
import { subjects } from './subjects.js';

/** Records of this long travel together: the journal has them already, and a message a record would cost more than the call. */
const GATHER_MS = 500;
const RETRY_MS = 250;

/** Carries records from the journal to JetStream in the background: nobody on the way to the caller waits for the broker. */
export class LedgerPublisher {
  private readonly journal: Journal;
  private readonly generation = randomUUID();
  /** Bytes of the journal's oldest file that the broker has. */
  private published = 0;
  private cycle = 0;
  private timer: NodeJS.Timeout | undefined;
  private draining: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly bus: Bus,
    options: JournalOptions,
  ) {
    this.journal = new Journal(options);
    if (this.journal.bytes > 0) this.wake(0);
  }

  /** Journalled when it returns (see `durability` for when the promise resolves); in the ledger soon after. */
  append(record: LedgerRecord): Promise<void> {
    const written = this.journal.append(record);
    this.wake(GATHER_MS);
    return written;
  }

  /** Bytes not yet acknowledged by the broker. */
  get backlogBytes(): number {
    return this.journal.bytes - this.published;
  }

  /** Publishes what is left, for at most this long; what remains is published by the next process of this name. */
  async close(withinMs: number): Promise<void> {
    const limit = new Promise<void>((resolve) => setTimeout(resolve, withinMs).unref());
    await Promise.race([this.drain(), limit]);
    this.closed = true;
    clearTimeout(this.timer);
    // The file stays open: a call that ends after this still leaves its record for the next process.
    if (this.backlogBytes === 0) await this.forget();
  }

  private wake(afterMs: number): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.drain();
    }, afterMs);
  }

  private drain(): Promise<void> {
    this.draining ??= this.publishAll().finally(() => {
      this.draining = undefined;
      if (!this.closed && this.backlogBytes > 0) this.wake(RETRY_MS);
    });
    return this.draining;
  }

  private async publishAll(): Promise<void> {
    while (!this.closed && this.backlogBytes > 0) {
      const lines = await this.journal.readLines(this.published);
      if (lines.length > 0 && !(await this.publish(lines))) return;
      this.published += lines.length;
      if (this.journal.isOldestFull && this.published === this.journal.oldestBytes) await this.forget();
      else if (lines.length === 0) return;
    }
  }

  private async publish(lines: Uint8Array): Promise<boolean> {
    // Names these very bytes: a second try with more of them must not pass for the first, or what was added is lost.
    const msgID = `${this.generation}:${this.cycle}:${this.published}+${lines.length}`;
    try {
      await jetStreamOf(this.bus).publish(subjects.ledger, lines, {
        msgID,
        expect: { streamName: streams.ledger.name },
      });
      return true;
    } catch {
      // Down, full or late: the journal keeps the records, and the message id makes a second delivery harmless.
      return false;
    }
  }

  private async forget(): Promise<void> {
    this.published = 0;
    this.cycle += 1;
    await this.journal.forgetOldest();
  }
}
