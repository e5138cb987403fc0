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

const LENGTH = 4;
/** Larger than any frame; a length beyond it is not one of ours. */
const LONGEST = 16 * 1024 * 1024;

/** Cuts a byte stream into records; any chunking gives the same ones. */
export class RecordSplitter {
  private held: Buffer[] = [];
  private heldBytes = 0;
  /** Bytes that must be there before anything can be cut off. */
  private wanted = 4;

  /** @throws Error on a length that no record has; the stream means nothing from there on. */
  push(chunk: Buffer): Buffer[] {
    this.held.push(chunk);
    this.heldBytes += chunk.byteLength;
    if (this.heldBytes < this.wanted) return [];
    const [only] = this.held;
    const bytes = this.held.length === 1 && only ? only : Buffer.concat(this.held);
    const records: Buffer[] = [];
    let at = 0;
    this.wanted = 4;
    while (bytes.byteLength - at >= 4) {
      const length = bytes.readUInt32BE(at);
      if (length > LONGEST) throw new Error('not a stream of records');
      this.wanted = 4 + length;
      if (bytes.byteLength - at < this.wanted) break;
      records.push(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
      this.wanted = 4;
    }
    this.keep(bytes.subarray(at));
    return records;
  }

  private keep(rest: Buffer): void {
    this.held = rest.byteLength > 0 ? [rest] : [];
    this.heldBytes = rest.byteLength;
  }
}
