import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { JournalFile } from './journal-file.js';

export interface JournalOptions {
  readonly directory: string;
  /** One journal a process: the same name after a restart finds what its predecessor left. */
  readonly instance: string;
  /** `os`: survives the death of the process. `disk`: also of the machine, at the price of a disk sync per group. */
  readonly durability: 'os' | 'disk';
  /** A file of this size is set aside to be published to its end, and then removed. */
  readonly fileBytes?: number;
}

const FILE_BYTES = 4 * 1024 * 1024;

/**
 * Lines of JSON on disk, written before anybody is told, read back by the publisher from the oldest on, and forgotten
 * once they are safe elsewhere. There are two files at the most: one that is set aside and only read, and one that is
 * written; so what is safe takes no more room than one file, also where there is always something that is not.
 */
export class Journal {
  private readonly path: string;
  private readonly asidePath: string;
  private aside: JournalFile | undefined;
  private current: JournalFile;
  private lastSync = Promise.resolve();
  private nextSync: Promise<void> | undefined;

  constructor(private readonly options: JournalOptions) {
    const { directory, instance } = options;
    mkdirSync(directory, { recursive: true });
    this.path = join(directory, `${instance}.ndjson`);
    this.asidePath = join(directory, `${instance}.aside.ndjson`);
    if (existsSync(this.asidePath)) this.aside = new JournalFile(this.asidePath);
    this.current = new JournalFile(this.path);
  }

  get bytes(): number {
    return (this.aside?.bytes ?? 0) + this.current.bytes;
  }

  /** Bytes of the oldest file: where offsets into it end. */
  get oldestBytes(): number {
    return this.oldest.bytes;
  }

  /** The oldest file is set aside and gets no more, or is as large as it may become. */
  get isOldestFull(): boolean {
    return this.aside !== undefined || this.isCurrentFull;
  }

  /**
   * Written when it returns; safe from power loss when the promise resolves.
   * @throws Error where the disk takes no more.
   */
  append(record: unknown): Promise<void> {
    if (!this.aside && this.isCurrentFull) this.setAside();
    this.current.append(Buffer.from(JSON.stringify(record) + '\n'));
    return this.options.durability === 'os' ? Promise.resolve() : this.groupSync();
  }

  /** Whole lines of the oldest file from an offset on; empty at its end. */
  readLines(offset: number): Promise<Buffer> {
    return this.oldest.readLines(offset);
  }

  /** Forgets the oldest file; only when everything up to its end is safe elsewhere. */
  async forgetOldest(): Promise<void> {
    const { aside } = this;
    if (!aside) return this.current.empty();
    rmSync(this.asidePath);
    this.aside = undefined;
    // A sync that began before it was set aside may still hold it open.
    await this.lastSync.catch(() => undefined);
    aside.close();
  }

  private get isCurrentFull(): boolean {
    return this.current.bytes >= (this.options.fileBytes ?? FILE_BYTES);
  }

  private get oldest(): JournalFile {
    return this.aside ?? this.current;
  }

  private setAside(): void {
    // Who waits for a group's sync may have written to this file.
    if (this.options.durability === 'disk') this.current.syncNow();
    renameSync(this.path, this.asidePath);
    this.aside = this.current;
    this.current = new JournalFile(this.path);
    if (this.options.durability === 'disk') syncDirectory(this.options.directory);
  }

  /** One sync serves all who appended before it began; each group has its own success or failure. */
  private groupSync(): Promise<void> {
    this.nextSync ??= this.lastSync = this.lastSync
      .catch(() => undefined)
      .then(() => {
        this.nextSync = undefined;
        return this.current.sync();
      });
    return this.nextSync;
  }
}

/** A name is not safe before its directory is. */
function syncDirectory(directory: string): void {
  const file = openSync(directory, 'r');
  fsyncSync(file);
  closeSync(file);
}
