import { systemClock } from '#libs/kernel';
import {
  readProviderError,
  redact,
  type AnswerFault,
  type AnswerReport,
  type Exchange,
  type StreamTranslator,
} from '#libs/providers';
import type { Verdict } from './attempt-result.js';
import type { ResolvedTarget } from './domain/resolve-targets.js';

/** Where a stream's bytes go once they may. */
export interface StreamSink {
  readonly committed: boolean;
  onDrain: (() => void) | undefined;
  /** The commit point: from here on the answer is this attempt's. */
  commit(servedVersion: string | undefined): void;
  /** False asks to pause until `onDrain`. */
  write(bytes: Uint8Array): boolean;
}

export interface ReadProgress {
  readonly content: boolean;
  readonly full: boolean;
  readonly verdict?: Verdict;
}

/** Makes sense of one kind of answer as it arrives. */
export interface AnswerReader {
  readonly status: number;
  push(chunk: Buffer): ReadProgress;
  close(): Verdict;
  report(): AnswerReport | undefined;
}

type Headers = Record<string, string | string[] | undefined>;

const MAX_WHOLE = 64 * 1024 * 1024;
const MAX_ERROR = 64 * 1024;
/** What a provider may send before its first content token. */
const MAX_HELD = 1024 * 1024;
const nothingYet: ReadProgress = { content: false, full: false };

function failedBy({ fault, detail }: AnswerFault): Verdict {
  return { outcome: 'failed', fault, message: detail };
}

/** Gathers an unstreamed answer. */
export class WholeReader implements AnswerReader {
  readonly status = 200;
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(private readonly exchange: Exchange) {}

  push(chunk: Buffer): ReadProgress {
    this.size += chunk.byteLength;
    if (this.size > MAX_WHOLE) return { ...nothingYet, verdict: { outcome: 'failed', fault: 'wrong_output' } };
    this.chunks.push(chunk);
    return nothingYet;
  }

  close(): Verdict {
    const [only] = this.chunks;
    const answer = this.exchange.answer(this.chunks.length === 1 && only ? only : Buffer.concat(this.chunks));
    if (answer.fault) return { ...failedBy(answer.fault), report: answer.report };
    return { outcome: 'ok', bytes: answer.bytes, report: answer.report };
  }

  report(): undefined {
    return undefined;
  }
}

/** Reads a whole answer where a stream was asked for: only the error that it may hold is of use. */
export class UnaskedReader implements AnswerReader {
  readonly status = 200;
  private readonly whole: WholeReader;

  constructor(exchange: Exchange) {
    this.whole = new WholeReader(exchange);
  }

  push(chunk: Buffer): ReadProgress {
    return this.whole.push(chunk);
  }

  close(): Verdict {
    const { bytes: _unasked, ...verdict } = this.whole.close();
    return verdict.outcome === 'failed' ? verdict : { ...verdict, outcome: 'failed', fault: 'wrong_output' };
  }

  report(): undefined {
    return undefined;
  }
}

/** Holds a stream back until its first content token, then lets it through; its end is held for the caller of the attempt. */
export class StreamReader implements AnswerReader {
  readonly status = 200;
  private held: Uint8Array[] = [];
  private heldBytes = 0;

  /** @param isStream what the provider calls it */
  constructor(
    private readonly translator: StreamTranslator,
    private readonly sink: StreamSink,
    private readonly isStream: boolean,
  ) {}

  push(chunk: Buffer): ReadProgress {
    if (!this.isStream) return { ...nothingYet, verdict: { outcome: 'failed', fault: 'wrong_output' } };
    const { bytes, content, ended, fault } = this.translator.push(chunk);
    if (ended) return { content, full: false, verdict: { outcome: 'ok', bytes: this.withHeld(bytes) } };
    const full = !this.pass(bytes, content);
    if (fault) return { content, full, verdict: failedBy(fault) };
    if (this.heldBytes > MAX_HELD) return { content, full, verdict: { outcome: 'failed', fault: 'wrong_output' } };
    return { content, full };
  }

  close(): Verdict {
    const { bytes, content, ended, fault } = this.translator.close();
    if (ended) return { outcome: 'ok', bytes: this.withHeld(bytes) };
    this.pass(bytes, content);
    return fault ? failedBy(fault) : { outcome: 'failed', fault: 'cut' };
  }

  report(): AnswerReport {
    return this.translator.report();
  }

  private pass(bytes: Uint8Array, content: boolean): boolean {
    if (bytes.byteLength === 0) return true;
    if (!this.sink.committed && !content) return this.hold(bytes);
    if (!this.sink.committed) this.sink.commit(this.translator.report().servedVersion);
    return this.sink.write(this.withHeld(bytes));
  }

  private hold(bytes: Uint8Array): true {
    this.held.push(bytes);
    this.heldBytes += bytes.byteLength;
    return true;
  }

  private withHeld(bytes: Uint8Array): Uint8Array {
    if (this.held.length === 0) return bytes;
    const all = Buffer.concat([...this.held, bytes]);
    this.held = [];
    this.heldBytes = 0;
    return all;
  }
}

/** Reads what a provider says went wrong. */
export class ErrorReader implements AnswerReader {
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    private readonly resolved: ResolvedTarget,
    readonly status: number,
    private readonly headers: Headers,
  ) {}

  push(chunk: Buffer): ReadProgress {
    this.size += chunk.byteLength;
    if (this.size > MAX_ERROR) return { ...nothingYet, verdict: this.close() };
    this.chunks.push(chunk);
    return nothingYet;
  }

  close(): Verdict {
    const { family, credential } = this.resolved;
    const { headers } = this;
    const body = Buffer.concat(this.chunks);
    const error = readProviderError(family, { status: this.status, headers, body, now: systemClock.now() });
    const secrets = typeof credential === 'object' ? [credential.secret] : [];
    return {
      outcome: 'failed',
      fault: error.fault,
      message: redact(error.message, secrets),
      ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
      ...(error.retryAfterAbsurd ? { retryAfterAbsurd: true } : {}),
      ...(error.limit === undefined ? {} : { limit: error.limit }),
      ...(error.param === undefined ? {} : { field: redact(error.param, secrets) }),
    };
  }

  report(): undefined {
    return undefined;
  }
}
