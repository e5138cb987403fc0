import type { RunRequest } from '#libs/contracts';
import type { Span } from '#libs/telemetry';
import type { Failure } from './domain/exhausted.js';
import type { StreamSink } from './answer-readers.js';
import type { ReplyChannel } from './reply-channel.js';

/** One request as this dispatcher runs it. */
export interface Call {
  readonly request: RunRequest;
  body: Uint8Array;
  readonly reply: ReplyChannel;
  readonly cancelled: AbortSignal;
  readonly span: Span;
  /** Why targets did not answer, in order. */
  readonly failures: Failure[];
  /** Attempts begun, those of lost dispatchers included. */
  attempts: number;
  /** Milliseconds spent in them. */
  providerMs: number;
}

/** Passes a stream to the caller, with its head before the first byte. */
export class CallerSink implements StreamSink {
  committed = false;

  constructor(
    private readonly reply: ReplyChannel,
    private readonly sendHead: (servedVersion: string | undefined) => void,
  ) {}

  get onDrain(): (() => void) | undefined {
    return this.reply.onDrain;
  }

  set onDrain(callback: (() => void) | undefined) {
    this.reply.onDrain = callback;
  }

  commit(servedVersion: string | undefined): void {
    this.sendHead(servedVersion);
    this.committed = true;
  }

  write(bytes: Uint8Array): boolean {
    return this.reply.data(bytes);
  }
}
