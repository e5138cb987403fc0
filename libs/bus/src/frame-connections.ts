import { connect, type Socket } from 'node:net';
import type { ReturnAddress } from '#libs/contracts';
import type { FrameHello } from './frame-listener.js';
import { encodeJson } from './json.js';
import { encodeRecord } from './record-splitter.js';

/** One frame, and the way round when its ingress cannot be reached directly. */
export interface Outgoing {
  readonly token: string;
  readonly frame: Uint8Array;
  /** False lets it wait a moment for others. */
  readonly urgent: boolean;
  readonly roundabout: () => void;
}

/** Tokens of all streams to one ingress travel together: each on its own costs a write and a reading of the socket. */
const GATHER_MS = 2;
const CONNECT_WITHIN_MS = 500;
/** How long an ingress that could not be reached is only reached through the broker. */
const AVOID_MS = 30_000;

/** A dispatcher's direct connections, one for each ingress that hands it calls; frames keep their order. */
export class FrameConnections {
  private readonly links = new Map<string, Link>();
  private readonly avoided = new Map<string, number>();

  constructor(private readonly dispatcher: string) {}

  send(address: ReturnAddress, outgoing: Outgoing): void {
    // An ingress that was started again on the same port has another secret.
    const key = `${address.host}:${address.port}:${address.secret}`;
    if ((this.avoided.get(key) ?? 0) > Date.now()) {
      outgoing.roundabout();
      return;
    }
    this.link(key, address).send(outgoing);
  }

  close(): void {
    for (const link of this.links.values()) link.close();
  }

  private link(key: string, address: ReturnAddress): Link {
    const known = this.links.get(key);
    if (known) return known;
    const hello: FrameHello = { secret: address.secret, dispatcher: this.dispatcher };
    const link = new Link(address, hello, (reached) => {
      this.links.delete(key);
      if (!reached) this.avoided.set(key, Date.now() + AVOID_MS);
    });
    this.links.set(key, link);
    return link;
  }
}

class Link {
  private readonly socket: Socket;
  private timer: NodeJS.Timeout | undefined;
  /** Frames until the connection stands. */
  private waiting: Outgoing[] | undefined = [];

  constructor(address: ReturnAddress, hello: FrameHello, ended: (reached: boolean) => void) {
    const { host, port } = address;
    this.socket = connect({ host, port, noDelay: true, timeout: CONNECT_WITHIN_MS });
    this.socket.once('timeout', () => this.socket.destroy());
    this.socket.once('error', () => this.socket.destroy());
    this.socket.once('connect', () => this.opened(hello));
    this.socket.once('close', () => {
      const { waiting } = this;
      this.waiting = undefined;
      for (const { roundabout } of waiting ?? []) roundabout();
      ended(waiting === undefined);
    });
  }

  send(outgoing: Outgoing): void {
    if (this.waiting) this.waiting.push(outgoing);
    else this.write(outgoing);
  }

  close(): void {
    this.flush();
    this.socket.end();
  }

  private opened(hello: FrameHello): void {
    const waiting = this.waiting ?? [];
    this.waiting = undefined;
    this.socket.setTimeout(0);
    this.socket.write(encodeRecord([encodeJson(hello)]));
    for (const outgoing of waiting) this.write(outgoing);
  }

  private write({ token, frame, urgent }: Outgoing): void {
    const name = Buffer.from(token, 'latin1');
    if (this.socket.writableCorked === 0) this.socket.cork();
    this.socket.write(encodeRecord([Buffer.of(name.byteLength), name, frame]));
    if (urgent) process.nextTick(() => this.flush());
    else this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  /** What was written since the last time leaves in one piece. */
  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.socket.writableCorked > 0) this.socket.uncork();
  }
}
