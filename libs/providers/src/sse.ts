import { parseBlock, type SseEvent } from './sse-event.js';

const LF = 0x0a;
const CR = 0x0d;
const BOM = [0xef, 0xbb, 0xbf] as const;

const DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024;
const MIN_CAPACITY = 1024;
const NOTHING = new Uint8Array(0);

/** Where in a line the scan stands. `whole`: a blank line ended in CR, so only a LF may still belong to the event. */
type Position = 'start' | 'inside' | 'after-cr' | 'whole';

/**
 * Splits the bytes of a server-sent event stream into events. Any chunking of the same bytes gives the same events.
 * What stands after the last blank line is no event, as the standard has it.
 */
export class SseSplitter {
  #position: Position = 'start';
  /** The unfinished event's bytes from earlier chunks, in a buffer that grows by doubling. */
  #pending: Uint8Array = NOTHING;
  #pendingBytes = 0;
  #first = true;
  #overflowed = false;

  constructor(private readonly maxEventBytes: number = DEFAULT_MAX_EVENT_BYTES) {}

  /** An event was larger than the limit: the stream is faulty and nothing after it is read. */
  get overflowed(): boolean {
    return this.#overflowed;
  }

  /** Some of an event has come, and its end has not. */
  get unfinished(): boolean {
    return this.#pendingBytes > 0;
  }

  push(chunk: Uint8Array): readonly SseEvent[] {
    const events: SseEvent[] = [];
    const hasCr = chunk.includes(CR);
    let start = 0;
    for (let i = 0; i < chunk.length && !this.#overflowed; i += 1) {
      if (this.#position === 'inside' && !hasCr) i = nextLf(chunk, i);
      const end = i < chunk.length ? this.#step(chunk[i] ?? 0, i) : undefined;
      if (end === undefined) continue;
      this.#emit(chunk.subarray(start, end), events);
      start = end;
    }
    this.#keep(chunk.subarray(start));
    return events;
  }

  /** The stream is over: gives the event whose end was still in doubt, if there is one. */
  end(): readonly SseEvent[] {
    const events: SseEvent[] = [];
    if (this.#position === 'whole') this.#emit(NOTHING, events);
    this.#position = 'start';
    return events;
  }

  /** Reads one byte; gives where the current event ends in the chunk, if this byte tells. */
  #step(byte: number, index: number): number | undefined {
    const position = this.#position;
    if (byte === LF) {
      this.#position = 'start';
      return position === 'start' || position === 'whole' ? index + 1 : undefined;
    }
    if (byte === CR) this.#position = position === 'inside' ? 'after-cr' : 'whole';
    else this.#position = 'inside';
    return position === 'whole' ? index : undefined;
  }

  #emit(last: Uint8Array, events: SseEvent[]): void {
    if (this.#exceeds(last)) return;
    let raw = last;
    if (this.#pendingBytes > 0) {
      this.#append(last);
      raw = this.#pending.subarray(0, this.#pendingBytes);
      this.#drop();
    }
    events.push(parseBlock(this.#first ? withoutBom(raw) : raw));
    this.#first = false;
  }

  #keep(rest: Uint8Array): void {
    if (rest.length > 0 && !this.#exceeds(rest)) this.#append(rest);
  }

  #exceeds(more: Uint8Array): boolean {
    if (this.#pendingBytes + more.length > this.maxEventBytes) this.#overflowed = true;
    if (this.#overflowed) this.#drop();
    return this.#overflowed;
  }

  #append(bytes: Uint8Array): void {
    const needed = this.#pendingBytes + bytes.length;
    if (needed > this.#pending.length) {
      const grown = new Uint8Array(Math.max(2 * needed, MIN_CAPACITY));
      grown.set(this.#pending.subarray(0, this.#pendingBytes));
      this.#pending = grown;
    }
    this.#pending.set(bytes, this.#pendingBytes);
    this.#pendingBytes = needed;
  }

  #drop(): void {
    this.#pending = NOTHING;
    this.#pendingBytes = 0;
  }
}

/** Where the line that `from` is in ends; the chunk's length where it does not end in it. */
function nextLf(chunk: Uint8Array, from: number): number {
  const at = chunk.indexOf(LF, from);
  return at < 0 ? chunk.length : at;
}

function withoutBom(raw: Uint8Array): Uint8Array {
  return BOM.every((byte, i) => raw[i] === byte) ? raw.subarray(BOM.length) : raw;
}
