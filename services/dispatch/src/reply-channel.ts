import type { AnswerHead, AttemptStart, Frame, RunSummary } from '#libs/contracts';

/** Bytes under way to a caller before the provider is asked to wait. */
const WINDOW = 256 * 1024;
/** Safely under the smallest payload limit a broker has by default. */
const MAX_FRAME = 512 * 1024;

type Unnumbered = Frame extends infer Each ? (Each extends Frame ? Omit<Each, 'seq'> : never) : never;

/** The numbered frames of one call back to the ingress that asked, with credit-based flow control. */
export class ReplyChannel {
  private seq = 0;
  private outstanding = 0;
  /** Called when the caller has taken enough for more to be sent. */
  onDrain: (() => void) | undefined;

  constructor(private readonly publish: (frame: Frame) => void) {}

  attempt(attempt: AttemptStart): void {
    this.send({ type: 'attempt', attempt });
  }

  head(head: AnswerHead): void {
    this.send({ type: 'head', head });
  }

  /** False asks to pause until `onDrain`. */
  data(bytes: Uint8Array): boolean {
    for (let at = 0; at < bytes.byteLength; at += MAX_FRAME) {
      this.send({ type: 'data', bytes: bytes.subarray(at, at + MAX_FRAME) });
    }
    this.outstanding += bytes.byteLength;
    return this.outstanding < WINDOW;
  }

  credit(bytes: number): void {
    const wasFull = this.outstanding >= WINDOW;
    this.outstanding = Math.max(0, this.outstanding - bytes);
    if (wasFull && this.outstanding < WINDOW) this.onDrain?.();
  }

  end(summary: RunSummary): void {
    this.send({ type: 'end', summary });
  }

  /** A complete answer: in one frame where it fits. */
  whole(head: AnswerHead, bytes: Uint8Array, summary: RunSummary): void {
    if (bytes.byteLength <= MAX_FRAME) {
      this.send({ type: 'whole', head, bytes, summary });
      return;
    }
    this.head(head);
    this.data(bytes);
    this.end(summary);
  }

  private send(frame: Unnumbered): void {
    this.publish({ ...frame, seq: this.seq++ });
  }
}
