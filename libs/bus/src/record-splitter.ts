/** Records on a byte stream: four bytes of length (big endian), then the bytes. */
export function encodeRecord(parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const record = Buffer.allocUnsafe(LENGTH + length);
  record.writeUInt32BE(length);
  let at = LENGTH;
  for (const part of parts) {
    record.set(part, at);
    at += part.byteLength;
  }
  return record;
}

/** The first bytes of a record whose parts are written one by one: joining large ones would cost more than it saves. */
export function recordHead(parts: readonly Uint8Array[], behind: number): Buffer {
  const head = encodeRecord(parts);
  head.writeUInt32BE(head.byteLength - LENGTH + behind);
  return head;
}

const LENGTH = 4;
/** Larger than any frame or run; a length beyond it is not one of ours. */
const LONGEST = 16 * 1024 * 1024;

/** Cuts a byte stream into records; any chunking gives the same ones. */
export class RecordSplitter {
  /** Too little for a length. */
  private rest: Buffer = Buffer.alloc(0);
  /** A record that came in part, and how much of it is there: copied once, whatever its size. */
  private partial: Buffer | undefined;
  private filled = 0;

  /** @throws Error on a length that no record has; the stream means nothing from there on. */
  push(chunk: Buffer): Buffer[] {
    const records: Buffer[] = [];
    let bytes = this.fill(chunk, records);
    if (this.rest.byteLength > 0) bytes = Buffer.concat([this.rest, bytes]);
    let at = 0;
    while (bytes.byteLength - at >= LENGTH) {
      const length = bytes.readUInt32BE(at);
      if (length > LONGEST) throw new Error('not a stream of records');
      const end = at + LENGTH + length;
      if (end > bytes.byteLength) {
        this.rest = Buffer.alloc(0);
        this.begin(length, bytes.subarray(at + LENGTH));
        return records;
      }
      records.push(bytes.subarray(at + LENGTH, end));
      at = end;
    }
    this.rest = bytes.subarray(at);
    return records;
  }

  private begin(length: number, bytes: Buffer): void {
    this.partial = Buffer.allocUnsafe(length);
    this.filled = bytes.copy(this.partial);
  }

  /** @returns what does not belong to the record that came in part */
  private fill(chunk: Buffer, records: Buffer[]): Buffer {
    const { partial } = this;
    if (!partial) return chunk;
    const copied = chunk.copy(partial, this.filled);
    this.filled += copied;
    if (this.filled === partial.byteLength) {
      records.push(partial);
      this.partial = undefined;
    }
    return chunk.subarray(copied);
  }
}
