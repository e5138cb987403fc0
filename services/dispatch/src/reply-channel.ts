import type { AnswerHead, AttemptStart, Frame, RunSummary } from '#libs/contracts';
import { joinBytes } from '#libs/providers';
import type { FramePace } from './frame-pace.js';

/** Bytes under way to a caller before the provider is asked to wait. */
const WINDOW = 256 * 1024;
/** Safely under the smallest payload limit a broker has by default. */
const MAX_FRAME = 512 * 1024;
/** So much of one stream needs no company. */
const ENOUGH = 16 * 1024;

type Unnumbered = Frame extends infer Each ? (Each extends Frame ? Omit<Each, 'seq'> : never) : never;
type Pace = Pick<FramePace, 'gatherTokens' | 'gatherNews' | 'leaving'>;

const atOnce: Pace = {
  gatherTokens: (release) => release(),
  gatherNews: (release) => release(),
  leaving: () => undefined,
};

/**
 * The numbered frames of one call back to the ingress that asked, with credit-based flow control. A head, the first
 * bytes and the end leave at once; news of attempts and the bytes between may be gathered.
 */
export class ReplyChannel {
  private seq = 0;
  private outstanding = 0;
  private hasBegun = false;
  private news: AttemptStart | undefined;
  private held: Uint8Array[] = [];
  private heldBytes = 0;
  /** Called when the caller has taken enough for more to be sent. */
  onDrain: (() => void) | undefined;

  constructor(
    private readonly publish: (frame: Frame) => void,
    private readonly pace = atOnce,
  ) {}

  /** Told only while it matters: not when another attempt or the call's end comes before it leaves. */
  attempt(attempt: AttemptStart): void {
    const isWaiting = this.news !== undefined;
    this.news = attempt;
    if (!isWaiting) this.pace.gatherNews(this.tell);
  }

  head(head: AnswerHead): void {
    this.tell();
    this.send({ type: 'head', head });
  }

  /** False asks to pause until `onDrain`. */
  data(bytes: Uint8Array): boolean {
    this.outstanding += bytes.byteLength;
    this.held.push(bytes);
    this.heldBytes += bytes.byteLength;
    if (!this.hasBegun || this.heldBytes >= ENOUGH) this.release();
    else if (this.held.length === 1) this.pace.gatherTokens(this.release);
    return this.outstanding < WINDOW;
  }

  credit(bytes: number): void {
    const wasFull = this.outstanding >= WINDOW;
    this.outstanding = Math.max(0, this.outstanding - bytes);
    if (wasFull && this.outstanding < WINDOW) this.onDrain?.();
  }

  end(summary: RunSummary): void {
    this.news = undefined;
    this.send({ type: 'end', summary });
  }

  /** A complete answer: in one frame where it fits. */
  whole(head: AnswerHead, bytes: Uint8Array, summary: RunSummary): void {
    if (bytes.byteLength <= MAX_FRAME) {
      this.news = undefined;
      this.send({ type: 'whole', head, bytes, summary });
      return;
    }
    this.head(head);
    this.data(bytes);
    this.end(summary);
  }

  private readonly tell = (): void => {
    const attempt = this.news;
    this.news = undefined;
    if (attempt) this.number({ type: 'attempt', attempt });
  };

  private readonly release = (): void => {
    if (this.held.length === 0) return;
    const bytes = joinBytes(this.held);
    this.hasBegun = true;
    this.held = [];
    this.heldBytes = 0;
    for (let at = 0; at < bytes.byteLength; at += MAX_FRAME) {
      this.number({ type: 'data', bytes: bytes.subarray(at, at + MAX_FRAME) });
    }
  };

  private send(frame: Unnumbered): void {
    this.release();
    this.number(frame);
    this.pace.leaving();
  }

  private number(frame: Unnumbered): void {
    this.publish({ ...frame, seq: this.seq++ });
  }
}
