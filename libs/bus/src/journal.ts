import { fdatasync, ftruncateSync, fstatSync, mkdirSync, openSync, read, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const readAt = promisify(read);
const sync = promisify(fdatasync);

export interface JournalOptions {
  readonly directory: string;
  /** One file a process: the same name after a restart finds what its predecessor left. */
  readonly instance: string;
  /** `os`: survives the death of the process. `disk`: also of the machine, at the price of a disk sync per group. */
  readonly durability: 'os' | 'disk';
}

const LINE_FEED = 0x0a;
const READ_BYTES = 128 * 1024;

/** An append-only file of JSON lines, written before anybody is told, read back by the publisher, emptied once all is safe elsewhere. */
export class Journal {
  private readonly file: number;
  private size: number;
  private lastSync = Promise.resolve();
  private nextSync: Promise<void> | undefined;

  constructor(private readonly options: JournalOptions) {
    mkdirSync(options.directory, { recursive: true });
    this.file = openSync(join(options.directory, `${options.instance}.ndjson`), 'a+');
    this.size = fstatSync(this.file).size;
    // A predecessor may have died within a line: end it, so that only that line is unreadable.
    if (this.size > 0) this.size += writeSync(this.file, '\n');
  }

  get bytes(): number {
    return this.size;
  }

  /**
   * Written when it returns; safe from power loss when the promise resolves.
   * @throws Error where the disk takes no more.
   */
  append(record: unknown): Promise<void> {
    const line = Buffer.from(JSON.stringify(record) + '\n');
    const written = writeSync(this.file, line);
    if (written < line.byteLength) {
      // Half a line would take the next record with it.
      ftruncateSync(this.file, this.size);
      throw new Error('the journal cannot be written: the disk is full');
    }
    this.size += written;
    return this.options.durability === 'os' ? Promise.resolve() : this.groupSync();
  }

  /** One sync serves all who appended before it began; each group has its own success or failure. */
  private groupSync(): Promise<void> {
    this.nextSync ??= this.lastSync = this.lastSync
      .catch(() => undefined)
      .then(() => {
        this.nextSync = undefined;
        return sync(this.file);
      });
    return this.nextSync;
  }

  /** Whole lines from an offset, about 128 KiB or one longer line; empty at the end. */
  async readLines(offset: number, most = READ_BYTES): Promise<Buffer> {
    const { bytesRead, buffer } = await readAt(this.file, Buffer.alloc(most), 0, most, offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(LINE_FEED);
    return end < 0 && bytesRead === most ? this.readLines(offset, most * 2) : buffer.subarray(0, end + 1);
  }

  /** Forgets everything; only when everything up to the end is safe elsewhere. */
  empty(): void {
    ftruncateSync(this.file, 0);
    this.size = 0;
  }
}
