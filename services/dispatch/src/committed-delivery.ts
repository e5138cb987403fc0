import type { CommittedSink } from './committed-sink.js';

/** The way to the caller, with its flow control. */
export interface CallerChannel {
  /** False asks to wait for `onDrain`. */
  data(bytes: Uint8Array): boolean;
  onDrain: (() => void) | undefined;
}

export interface WaitingCaller {
  readonly channel: CallerChannel;
  /** Gives the caller a head that says nothing of the answer yet. */
  readonly sendHead: () => void;
  /** The surface's own: it may stand in front of an answer. */
  readonly keepAlive: Uint8Array;
  /** Calls back once, so many milliseconds later; gives what stops it. */
  readonly after: (ms: number, then: () => void) => () => void;
}

/** How long a caller hears nothing. */
export const KEEP_ALIVE_MS = 5000;
/** Small events leave together. */
const BATCH_BYTES = 64 * 1024;

/**
 * One call whose caller gets an answer only when that is whole, over all its attempts. A caller that waits long gets a
 * head and keep-alives, whoever is being tried.
 */
export class CommittedDelivery {
  private headSent = false;
  private stopTimer: () => void;

  constructor(private readonly caller: WaitingCaller) {
    this.stopTimer = caller.after(KEEP_ALIVE_MS, () => this.keepAlive());
  }

  /** The caller has a head already: what follows can only be said in the stream. */
  get waiting(): boolean {
    return this.headSent;
  }

  /**
   * Gives the caller all that an attempt held, and the end of its answer, as fast as the caller takes it; the answer's
   * own head goes before. Resolves early where the caller leaves.
   */
  async release(answer: CommittedSink, end: Uint8Array, cancelled: AbortSignal): Promise<void> {
    this.stopTimer();
    for (const batch of batches([...answer.pieces, end])) {
      if (cancelled.aborted) break;
      if (!this.caller.channel.data(batch)) await this.drained(cancelled);
    }
    answer.drop();
  }

  /** The call ends otherwise: no more keep-alives. */
  close(): void {
    this.stopTimer();
  }

  private keepAlive(): void {
    if (!this.headSent) {
      this.headSent = true;
      this.caller.sendHead();
    }
    this.caller.channel.data(this.caller.keepAlive);
    this.stopTimer = this.caller.after(KEEP_ALIVE_MS, () => this.keepAlive());
  }

  private drained(cancelled: AbortSignal): Promise<void> {
    const { channel } = this.caller;
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
