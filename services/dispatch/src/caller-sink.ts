import type { StreamSink } from './answer-readers.js';
import type { ReplyChannel } from './reply-channel.js';

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
