import { closeSync, fdatasync, fdatasyncSync, fstatSync, ftruncateSync, openSync, read, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const readAt = promisify(read);
const sync = promisify(fdatasync);

const LINE_FEED = 0x0a;
const READ_BYTES = 128 * 1024;

/** One append-only file of lines. */
export class JournalFile {
  private readonly file: number;
  private length: number;

  constructor(path: string) {
    this.file = openSync(path, 'a+');
    this.length = fstatSync(this.file).size;
    // A predecessor may have died within a line: end it, so that only that line is unreadable.
    if (this.length > 0) this.length += writeSync(this.file, '\n');
  }

  get bytes(): number {
    return this.length;
  }

  /** @throws Error where the disk takes no more. */
  append(line: Buffer): void {
    const written = writeSync(this.file, line);
    if (written < line.byteLength) {
      // Half a line would take the next record with it.
      ftruncateSync(this.file, this.length);
      throw new Error('the journal cannot be written: the disk is full');
    }
    this.length += written;
  }

  /** Whole lines from an offset, about 128 KiB or one longer line; empty at the end. */
  async readLines(offset: number, most = READ_BYTES): Promise<Buffer> {
    const { bytesRead, buffer } = await readAt(this.file, Buffer.alloc(most), 0, most, offset);
    const end = buffer.subarray(0, bytesRead).lastIndexOf(LINE_FEED);
    return end < 0 && bytesRead === most ? this.readLines(offset, most * 2) : buffer.subarray(0, end + 1);
  }

  sync(): Promise<void> {
    return sync(this.file);
  }

  syncNow(): void {
    fdatasyncSync(this.file);
  }

  empty(): void {
    ftruncateSync(this.file, 0);
    this.length = 0;
  }

  close(): void {
    closeSync(this.file);
  }
}
