import type { IncomingHttpHeaders } from 'node:http';
import type { TokenUsage } from './answer.js';
import type { FaultKindName } from './faults/fault.js';
import type { Step } from './script.js';

/**
 * How a call ended: everything planned was written (an error, or a faulty answer that ends cleanly, counts too); a fault
 * closed the connection; the caller left first; or the simulator was closed or met an error of its own.
 */
export type CallOutcome =
  'in-flight' | 'complete' | 'cut-by-fault' | 'client-closed' | 'simulator-closed' | 'simulator-failed';

/** One call as the provider saw it. Times are milliseconds since the Unix epoch. */
export interface CallRecord {
  /** The request id that the answer's headers carry. */
  readonly id: string;
  readonly channel: string;
  readonly model?: string;
  /** The key's digest. */
  readonly credential?: string;
  /** Calls of one number came over one connection. */
  readonly connection: number;
  readonly promptTokens?: number;
  /** The prompt ended in the beginning of an answer, to be continued. */
  readonly prefilled: boolean;
  readonly startedAt: number;
  /** When the answer's headers went out. */
  readonly firstByteAt?: number;
  readonly firstTokenAt?: number;
  readonly lastTokenAt?: number;
  /** The longest time between two tokens. */
  readonly longestGapMs?: number;
  readonly lastByteAt?: number;
  readonly finishedAt?: number;
  readonly clientClosedAt?: number;
  readonly request: {
    readonly method: string;
    readonly url: string;
    /** As received, credentials included. */
    readonly headers: IncomingHttpHeaders;
    readonly body: Buffer;
  };
  readonly response: {
    /** Absent until a status was sent. */
    readonly status?: number;
    readonly headers: Readonly<Record<string, string>>;
    /** What was written, without HTTP's own chunk framing. */
    readonly body: Buffer;
  };
  readonly faults: readonly { readonly id: string; readonly kind: FaultKindName }[];
  readonly outcome: CallOutcome;
  readonly tokensSent: number;
  /** The last usage that the written bytes report. */
  readonly usage?: TokenUsage;
}

export type CallOpening = Pick<CallRecord, 'id' | 'channel' | 'startedAt' | 'connection' | 'credential'> & {
  readonly request: Omit<CallRecord['request'], 'body'>;
};

/** What a call turns out to ask when its body is there. */
export type CallQuestion = Partial<Pick<CallRecord, 'model' | 'promptTokens' | 'prefilled'>>;

const untold = { outcome: 'in-flight', tokensSent: 0 } as const;

/** A call in the making. */
export class CallEntry {
  readonly channel: string;
  readonly startedAt: number;
  private readonly written: Buffer[] = [];
  private call: CallRecord;
  private listener: (addedBytes: number) => void = () => undefined;
  /** Bytes held, both ways. */
  size = 0;

  constructor(opening: CallOpening) {
    this.channel = opening.channel;
    this.startedAt = opening.startedAt;
    const request = { ...opening.request, body: Buffer.alloc(0) };
    const response = { headers: {}, body: Buffer.alloc(0) };
    this.call = { ...opening, request, response, prefilled: false, faults: [], ...untold };
  }

  onChange(listener: (addedBytes: number) => void): void {
    this.listener = listener;
  }

  received(body: Buffer, question: CallQuestion): void {
    this.change({ ...question, request: { ...this.call.request, body } }, body.length);
  }

  struck(faults: CallRecord['faults']): void {
    this.change({ faults: faults.map(({ id, kind }) => ({ id, kind })) });
  }

  headSent(status: number, headers: Readonly<Record<string, string>>, at: number): void {
    this.change({ response: { ...this.call.response, status, headers }, firstByteAt: at });
  }

  /** Bytes that are not the last of their step bring no token and no usage yet. */
  bytesSent(bytes: Buffer, at: number, finished?: Extract<Step, { do: 'send' }>): void {
    this.written.push(bytes);
    const usage = finished?.usage === undefined ? {} : { usage: finished.usage };
    const token = finished?.part === 'token' ? this.withToken(at) : {};
    this.change({ ...usage, ...token, lastByteAt: at }, bytes.length);
  }

  clientClosed(at: number): void {
    this.change({ clientClosedAt: at });
  }

  finished(outcome: CallOutcome, at: number): void {
    const body = this.writtenBytes();
    this.written.splice(0, this.written.length, body);
    this.change({ outcome, finishedAt: at, response: { ...this.call.response, body } });
  }

  get isOpen(): boolean {
    return this.call.outcome === 'in-flight';
  }

  record(): CallRecord {
    if (!this.isOpen) return this.call;
    return { ...this.call, response: { ...this.call.response, body: this.writtenBytes() } };
  }

  private withToken(at: number): Partial<CallRecord> {
    const { tokensSent, firstTokenAt = at, lastTokenAt = at, longestGapMs = 0 } = this.call;
    const gap = Math.max(longestGapMs, at - lastTokenAt);
    return { tokensSent: tokensSent + 1, firstTokenAt, lastTokenAt: at, longestGapMs: gap };
  }

  private writtenBytes(): Buffer {
    return this.written.length === 1 && this.written[0] !== undefined ? this.written[0] : Buffer.concat(this.written);
  }

  private change(part: Partial<CallRecord>, addedBytes = 0): void {
    this.call = { ...this.call, ...part };
    this.size += addedBytes;
    this.listener(addedBytes);
  }
}
