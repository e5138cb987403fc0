import type { Dispatcher } from 'undici';
import type { FaultClass, LimitReading } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { readLimits, type Exchange } from '#libs/providers';
import { AttemptDeadlines, type Limits } from './attempt-deadlines.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';
import type { AttemptResult, Verdict } from './attempt-result.js';
import {
  ErrorReader,
  StreamReader,
  UnaskedReader,
  WholeReader,
  type AnswerReader,
  type StreamSink,
} from './answer-readers.js';

export interface AttemptInput {
  readonly exchange: Exchange;
  readonly resolved: ResolvedTarget;
  readonly limits: Limits;
  readonly sink: StreamSink;
  /** The caller left. */
  readonly cancelled: AbortSignal;
}

type Headers = Record<string, string | string[] | undefined>;
/** How long a provider may keep the connection busy behind the end of its answer. */
const LINGER_MS = 1000;

/** One call to one target: undici's handler, the deadlines and the caller's leaving all end it exactly once. */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly ended = Promise.withResolvers<AttemptResult>();
  private readonly startedAt = systemClock.monotonic();
  private readonly deadlines: AttemptDeadlines;
  private controller: Dispatcher.DispatchController | undefined;
  private reader: AnswerReader | undefined;
  private firstTokenMs: number | undefined;
  private lastTokenMs = 0;
  private contents = 0;
  private limitsRead: readonly LimitReading[] = [];
  private over = false;
  private linger: NodeJS.Timeout | undefined;
  private readonly leave = (): void => this.cancel('cancelled');

  constructor(private readonly input: AttemptInput) {
    this.deadlines = new AttemptDeadlines(input.limits, (fault, rushed) => {
      this.end({ ...this.failed(fault), ...(rushed ? { rushed } : {}) });
    });
    input.cancelled.addEventListener('abort', this.leave, { once: true });
    input.sink.onDrain = () => this.resume();
    // It may have left while a permit was asked for: nobody will announce it again.
    if (input.cancelled.aborted) this.leave();
  }

  get hasContent(): boolean {
    return this.contents > 0;
  }

  /** Nobody waits for it any more: the caller left, or another target answered first. */
  cancel(fault: 'cancelled' | 'hedge_lost'): void {
    this.end({ outcome: 'cancelled', fault });
  }

  /** Its answer is of no use to whoever takes it. */
  giveUp(fault: FaultClass): void {
    this.end(this.failed(fault));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    if (this.over) this.breakOff();
    else this.deadlines.sent();
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.deadlines.answered();
    this.limitsRead = readLimits(this.input.resolved.family, headers, systemClock.now());
    this.reader = this.readerFor(status, headers);
    if (this.reader instanceof ErrorReader) this.deadlines.refused();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.over || !this.reader) return;
    const progress = this.reader.push(chunk);
    // Whoever takes the answer may have ended the attempt over it: no deadline starts any more.
    if (this.over) return;
    if (progress.content) this.sawContent();
    if (progress.verdict) this.end(progress.verdict);
    else if (progress.full) this.pause(controller);
  }

  onResponseEnd(): void {
    clearTimeout(this.linger);
    if (this.over) return;
    this.end(this.reader?.close() ?? { outcome: 'failed', fault: 'cut' });
    clearTimeout(this.linger);
  }

  onResponseError(): void {
    clearTimeout(this.linger);
    // Before the head nothing is known of the provider; after it, an answer was cut.
    this.end(this.failed(this.reader ? 'cut' : 'unreachable'));
  }

  /** A refusal is one by its status: that its explanation never ended changes nothing. */
  private failed(fault: FaultClass): Verdict {
    return this.reader instanceof ErrorReader ? this.reader.close() : { outcome: 'failed', fault };
  }

  private readerFor(status: number, headers: Headers): AnswerReader {
    const { exchange, resolved, limits, sink } = this.input;
    if (status < 200 || status > 299) return new ErrorReader(resolved, status, headers);
    if (!limits.stream) return new WholeReader(exchange);
    // The case of a media type means nothing.
    const mediaType = String(headers['content-type'] ?? '').toLowerCase();
    if (mediaType.includes('application/json')) return new UnaskedReader(exchange);
    return new StreamReader(exchange.stream(), sink, mediaType.includes('text/event-stream'));
  }

  private sawContent(): void {
    this.lastTokenMs = systemClock.monotonic() - this.startedAt;
    this.firstTokenMs ??= this.lastTokenMs;
    this.contents += 1;
    this.deadlines.content();
  }

  private pause(controller: Dispatcher.DispatchController): void {
    controller.pause();
    this.deadlines.pause();
  }

  private resume(): void {
    if (this.over || !this.controller?.paused) return;
    this.deadlines.resume();
    this.controller.resume();
  }

  private end(verdict: Verdict): void {
    if (this.over) return;
    this.over = true;
    this.deadlines.stop();
    this.input.cancelled.removeEventListener('abort', this.leave);
    this.input.sink.onDrain = undefined;
    // A whole answer leaves the connection for the next call; anything else is cut off at the provider at once.
    if (verdict.outcome === 'ok') this.linger = setTimeout(() => this.breakOff(), LINGER_MS);
    else this.breakOff();
    this.ended.resolve(this.resultOf(verdict));
  }

  /** The mean, which many short gaps and one long one do not hide: the long one ends an attempt. */
  private gap(firstTokenMs: number): { readonly gapMs?: number } {
    return this.contents < 2 ? {} : { gapMs: (this.lastTokenMs - firstTokenMs) / (this.contents - 1) };
  }

  private breakOff(): void {
    this.controller?.abort(new Error('the attempt is over'));
  }

  private resultOf(verdict: Verdict): AttemptResult {
    const report = verdict.report ?? this.reader?.report();
    return {
      ...verdict,
      ...(report === undefined ? {} : { report }),
      ...(this.reader ? { status: this.reader.status } : {}),
      ...(this.firstTokenMs === undefined ? {} : { firstTokenMs: this.firstTokenMs, ...this.gap(this.firstTokenMs) }),
      limits: this.limitsRead,
      committed: this.input.sink.committed,
      sent: this.controller !== undefined,
      durationMs: systemClock.monotonic() - this.startedAt,
    };
  }
}
