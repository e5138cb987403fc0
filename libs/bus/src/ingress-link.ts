import { connect, type NetConnectOpts, type Socket } from 'node:net';
import type { Frame, ReturnAddress } from '#libs/contracts';
import { frameParts } from './frame-codec.js';
import { encodeJson } from './json.js';
import { drainRecord, readLinkRecord, type LinkHello } from './link-record.js';
import { encodeRecord, RecordSplitter } from './record-splitter.js';
import { decodeRun, type Run } from './run-codec.js';
import { warn } from './warn.js';

export interface OutgoingFrame {
  /** The call's token with its length. */
  readonly name: Uint8Array;
  readonly frame: Frame;
  /** The way for a frame when its ingress cannot be reached directly. */
  readonly roundabout: (frame: Frame) => void;
}

export interface LinkEvents {
  readonly run: (name: Uint8Array, run: Run) => void;
  /** `reached`: the connection had stood. */
  readonly ended: (reached: boolean) => void;
}

/** More than this is written piece by piece: joining it would cost more than it saves. */
const JOIN_BELOW = 64 * 1024;
const CONNECT_WITHIN_MS = 500;
const DRAINED_WITHIN_MS = 500;

/** A dispatcher's connection to one ingress: runs come in, frames go out in order. */
export class IngressLink {
  private socket: Socket;
  private readonly drained = Promise.withResolvers<void>();
  private leaving = false;
  private draining = false;
  /** Frames until the connection stands. */
  private waiting: OutgoingFrame[] | undefined = [];
  /** Records for the next write. */
  private records: Buffer[] = [];
  private bytes = 0;

  constructor(
    { host, port, local }: ReturnAddress,
    private readonly hello: LinkHello,
    private readonly events: LinkEvents,
  ) {
    // A socket of another host's, or of another container's, refuses at once.
    this.socket = local ? this.dial({ path: local }, { host, port }) : this.dial({ host, port });
  }

  send(outgoing: OutgoingFrame): void {
    if (this.waiting) this.waiting.push(outgoing);
    else this.write(outgoing);
  }

  /** Asks for no more calls; resolves behind the last one that was on its way. */
  async drain(): Promise<void> {
    this.draining = true;
    if (this.waiting || this.socket.destroyed) return;
    this.socket.write(drainRecord);
    const limit = setTimeout(() => this.drained.resolve(), DRAINED_WITHIN_MS);
    await this.drained.promise;
    clearTimeout(limit);
  }

  close(): void {
    this.flush();
    this.socket.end();
  }

  private dial(way: NetConnectOpts, otherwise?: NetConnectOpts): Socket {
    const socket = connect({ ...way, noDelay: true, timeout: CONNECT_WITHIN_MS });
    socket.once('timeout', () => socket.destroy());
    socket.once('error', () => socket.destroy());
    socket.once('connect', () => this.opened());
    socket.once('close', () => {
      if (this.waiting && otherwise && !socket.writableEnded) this.socket = this.dial(otherwise);
      else this.closed();
    });
    return socket;
  }

  private opened(): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    this.socket.setTimeout(0);
    this.receive();
    this.socket.write(encodeRecord([encodeJson(this.hello)]));
    if (this.draining) this.socket.write(drainRecord);
    for (const outgoing of waiting) this.write(outgoing);
  }

  private closed(): void {
    const { waiting } = this;
    this.waiting = undefined;
    this.drained.resolve();
    for (const { roundabout, frame } of waiting ?? []) roundabout(frame);
    this.events.ended(waiting === undefined);
  }

  private receive(): void {
    const splitter = new RecordSplitter();
    this.socket.on('data', (chunk) => {
      try {
        for (const record of splitter.push(chunk)) this.take(record);
      } catch (error) {
        // No longer in step: a new connection starts clean.
        warn(error);
        this.socket.destroy();
      }
    });
  }

  private take(record: Buffer): void {
    const said = readLinkRecord(record);
    if (!said) return this.drained.resolve();
    const run = decodeRun(said.payload);
    if (!run) return;
    try {
      this.events.run(said.name, run);
    } catch (error) {
      warn(error);
    }
  }

  private write({ name, frame }: OutgoingFrame): void {
    const record = encodeRecord([name, ...frameParts(frame)]);
    this.records.push(record);
    this.bytes += record.byteLength;
    this.leaveSoon();
  }

  /** What is said within this turn still comes along. */
  private leaveSoon(): void {
    if (this.leaving) return;
    this.leaving = true;
    process.nextTick(this.flush);
  }

  private readonly flush = (): void => {
    this.leaving = false;
    const { records } = this;
    if (records.length === 0) return;
    const joined = this.bytes <= JOIN_BELOW;
    this.records = [];
    this.bytes = 0;
    this.socket.cork();
    for (const piece of joined && records.length > 1 ? [Buffer.concat(records)] : records) this.socket.write(piece);
    this.socket.uncork();
  };
}
