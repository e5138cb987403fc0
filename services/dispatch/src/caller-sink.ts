import type { StreamSink } from './answer-readers.js';
import type { ReplyChannel } from './reply-channel.js';

/** Passes a stream to the caller, with its head before the first byte. */
export class CallerSink implements StreamSink {
  committed = false;
  /** Its own: of attempts at the same time only the one that has the caller may be told. */
  onDrain: (() => void) | undefined;

  constructor(
    private readonly reply: ReplyChannel,
    private readonly sendHead: (servedVersion: string | undefined) => void,
  ) {}

  commit(servedVersion: string | undefined): void {
    this.reply.onDrain = () => this.onDrain?.();
    this.sendHead(servedVersion);
    this.committed = true;
  }

  write(bytes: Uint8Array): boolean {
    return this.reply.data(bytes);
  }
}
