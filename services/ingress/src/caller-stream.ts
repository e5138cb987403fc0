import type { ServerResponse } from 'node:http';
import type { AnswerHead, Plan } from '#libs/contracts';
import { systemClock, type GatewayError } from '#libs/kernel';
import { surfaces } from '#libs/surfaces';
import type { Arrival } from './arrival.js';
import { ChunkWriter } from './chunk-writer.js';
import { decisionComment, errorHeaders, undecidedHeaders } from './reply-headers.js';

export interface CallerEvents {
  /** The caller has taken this many more bytes. */
  readonly taken: (bytes: number) => void;
  /** The caller closed the connection before the answer's end. */
  readonly left: () => void;
}

/** Credit is given in pieces of this size: a short answer needs none. */
const CREDIT_BYTES = 64 * 1024;

/** The caller's side of a call: headers once, bytes as they come, and how many the caller has taken. */
export class CallerStream {
  status = 0;
  deliveredBytes = 0;
  firstByteMs: number | undefined;
  private uncredited = 0;
  private isStream = false;
  /** The caller has a head, given before anything was known of its answer. */
  private waiting = false;
  private readonly chunks: ChunkWriter;

  constructor(
    private readonly arrival: Arrival,
    private readonly response: ServerResponse,
    private readonly events: CallerEvents,
  ) {
    response.once('close', () => {
      if (!response.writableFinished) events.left();
    });
    // Gone while policy was asked: nobody will announce it again.
    if (response.destroyed) queueMicrotask(() => events.left());
    this.chunks = new ChunkWriter(response, () => this.credit(true));
  }

  /** The head of an answer that comes only when it is whole: the caller is kept waiting. */
  hold(head: AnswerHead): void {
    // A successor of a lost dispatcher holds the same answer again.
    if (this.waiting) return;
    this.head(head);
    this.response.flushHeaders();
    this.waiting = true;
  }

  head({ status, headers }: AnswerHead): void {
    if (this.waiting) return this.decide(headers);
    this.isStream = isEventStream(headers);
    this.writeHead(status, {
      ...headers,
      ...(this.isStream ? { 'cache-control': 'no-cache', 'x-accel-buffering': 'no' } : {}),
    });
  }

  write(bytes: Uint8Array): void {
    this.deliveredBytes += bytes.byteLength;
    this.uncredited += bytes.byteLength;
    if (this.chunks.write(bytes)) this.credit(false);
  }

  whole({ status, headers }: AnswerHead, bytes: Uint8Array): void {
    if (this.waiting) return this.wholeInStream(headers, bytes);
    this.deliveredBytes = bytes.byteLength;
    this.writeHead(status, { ...headers, 'content-length': String(bytes.byteLength) });
    this.response.end(bytes);
  }

  error(error: GatewayError, plan: Plan): void {
    const { surface, requestId } = this.arrival;
    const decided = undecidedHeaders(requestId, plan.revision, plan.route);
    const head = { status: error.status, headers: { ...decided, ...errorHeaders(error, surface, requestId) } };
    this.whole(head, surfaces[surface].renderError(error.describe(), requestId));
  }

  /** An event stream ends with an error event; anything else is cut, since its bytes have no place for an error. */
  interrupt(event: Uint8Array): void {
    if (this.isStream) this.response.end(event);
    else this.response.destroy();
  }

  end(): void {
    if (!this.response.writableEnded) this.response.end();
  }

  /** An answer, or the error that took its place, behind a head that could not say how it was decided. */
  private wholeInStream(headers: AnswerHead['headers'], bytes: Uint8Array): void {
    const { errorEvent } = surfaces[this.arrival.surface];
    this.decide(headers);
    this.write(isEventStream(headers) ? bytes : errorEvent(bytes));
    this.response.end();
  }

  /** What the head would have said, as a comment in the stream. */
  private decide(headers: AnswerHead['headers']): void {
    this.waiting = false;
    this.begun();
    this.write(decisionComment(headers));
  }

  private begun(): void {
    this.firstByteMs = Math.round(systemClock.monotonic() - this.arrival.startedMonotonic);
  }

  private writeHead(status: number, headers: Readonly<Record<string, string>>): void {
    const { requestId, surface } = this.arrival;
    this.status = status;
    this.begun();
    this.response.writeHead(status, {
      ...headers,
      'x-breakwater-request-id': requestId,
      [surfaces[surface].requestIdHeader]: requestId,
    });
  }

  private credit(all: boolean): void {
    if (this.uncredited === 0 || (!all && this.uncredited < CREDIT_BYTES)) return;
    this.events.taken(this.uncredited);
    this.uncredited = 0;
  }
}

function isEventStream(headers: AnswerHead['headers']): boolean {
  return headers['content-type']?.startsWith('text/event-stream') ?? false;
}
