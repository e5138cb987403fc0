import { GatewayError } from '#libs/kernel';
import type { StreamSink } from './answer-readers.js';
import type { HeldMemory } from './held-memory.js';

/** The way to the caller, with its flow control. */
export interface CallerChannel {
  /** False asks to wait for `onDrain`. */
  data(bytes: Uint8Array): boolean;
  onDrain: (() => void) | undefined;
}

export interface CommittedOptions {
  readonly channel: CallerChannel;
  /** Gives the caller a head that says nothing of the answer yet. */
  readonly sendHead: () => void;
  /** The surface's own: it may stand in front of an answer. */
  readonly keepAlive: Uint8Array;
  /** Calls back once, so many milliseconds later; gives what stops it. */
  readonly after: (ms: number, then: () => void) => () => void;
  readonly memory: HeldMemory;
  /** The answer is more than one call may hold: the attempt has failed. */
  readonly tooLong: () => void;
  /** The answers of the process together are more than it may hold: the call has failed. */
  readonly noRoom: (error: GatewayError) => void;
}

/** How long a caller hears nothing. */
export const KEEP_ALIVE_MS = 5000;
/** What one answer may hold. */
export const MAX_HELD_BYTES = 64 * 1024 * 1024;
/** Small events leave together. */
const BATCH_BYTES = 64 * 1024;

/**
 * Holds a call's stream until it is whole, over all its attempts: until then nothing of any of them has reached the
 * caller, and each may fail unseen. A caller that waits long gets a head and keep-alives.
 */
export class CommittedSink implements StreamSink {
  /** An attempt that ends never leaves a mark: what it wrote is held here. */
  readonly committed = false;
  /** Holding never asks to pause. */
  onDrain: (() => void) | undefined;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  private full = false;
  private headSent = false;
  private stopTimer: () => void;

  constructor(private readonly options: CommittedOptions) {
    this.stopTimer = options.after(KEEP_ALIVE_MS, () => this.keepAlive());
  }

  /** The caller has a head already: what follows can only be said in the stream. */
  get waiting(): boolean {
    return this.headSent;
  }

  commit(): void {
    // The commit point is the answer's end.
  }

  write(bytes: Uint8Array): true {
    if (this.full) return true;
    if (this.heldBytes + bytes.byteLength > MAX_HELD_BYTES) return this.refuse(this.options.tooLong);
    if (!this.options.memory.take(bytes.byteLength)) return this.refuse(() => this.options.noRoom(noRoomError()));
    this.held.push(bytes);
    this.heldBytes += bytes.byteLength;
    return true;
  }

  /** The attempt failed: nothing of it is left. Keep-alives go on. */
  drop(): void {
    this.options.memory.give(this.heldBytes);
    this.held = [];
    this.heldBytes = 0;
    this.full = false;
  }

  /**
   * Gives the caller all that is held, and the end of the answer, as fast as the caller takes it. The answer's head goes
   * before. Resolves early where the caller leaves.
   */
  async release(end: Uint8Array, cancelled: AbortSignal): Promise<void> {
    this.stopTimer();
    const pieces = [...this.held, end];
    this.held = [];
    for (const batch of batches(pieces)) {
      if (cancelled.aborted) break;
      if (!this.options.channel.data(batch)) await this.drained(cancelled);
    }
    this.drop();
  }

  /** The call ends otherwise: no more keep-alives, and nothing is held. */
  close(): void {
    this.stopTimer();
    this.drop();
  }

  /** What was written is lost, so nothing after it counts. */
  private refuse(tell: () => void): true {
    this.drop();
    this.full = true;
    tell();
    return true;
  }

  private keepAlive(): void {
    if (!this.headSent) {
      this.headSent = true;
      this.options.sendHead();
    }
    this.options.channel.data(this.options.keepAlive);
    this.stopTimer = this.options.after(KEEP_ALIVE_MS, () => this.keepAlive());
  }

  private drained(cancelled: AbortSignal): Promise<void> {
    const { channel } = this.options;
    return new Promise((resolve) => {
      const go = (): void => {
        channel.onDrain = undefined;
        cancelled.removeEventListener('abort', go);
        resolve();
      };
      channel.onDrain = go;
      cancelled.addEventListener('abort', go, { once: true });
      if (cancelled.aborted) go();
    });
  }
}

function noRoomError(): GatewayError {
  const why = 'the answers that this dispatcher holds until they are whole fill the memory they may take';
  return new GatewayError('overloaded', `${why}; try again, or ask an operator to raise BREAKWATER_HELD_BYTES`, {
    retryAfterMs: 1000,
  });
}

function* batches(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  let batch: Uint8Array[] = [];
  let bytes = 0;
  for (const piece of pieces) {
    batch.push(piece);
    bytes += piece.byteLength;
    if (bytes < BATCH_BYTES) continue;
    yield Buffer.concat(batch);
    batch = [];
    bytes = 0;
  }
  if (bytes > 0) yield Buffer.concat(batch);
}
