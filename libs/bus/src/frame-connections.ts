import { connect, type Socket } from 'node:net';
import type { ReturnAddress } from '#libs/contracts';
import type { FrameHello } from './frame-listener.js';
import { encodeJson } from './json.js';
import { encodeRecord } from './record-splitter.js';

/** Where the frames of one call go. */
export interface FrameRoute {
  readonly address: ReturnAddress;
  readonly token: string;
  /** The way for a frame when its ingress cannot be reached directly. */
  readonly roundabout: (frame: Uint8Array) => void;
}

/** Only an urgent frame leaves at once; others wait a moment for more. */
export type FrameSender = (frame: Uint8Array, urgent: boolean) => void;

/** Tokens of all streams to one ingress travel together: each on its own costs a write and wakes who reads it. */
const GATHER_MS = 4;
/** More than this is written piece by piece: joining it would cost more than it saves. */
const JOIN_BELOW = 64 * 1024;
const CONNECT_WITHIN_MS = 500;
/** How long an ingress that could not be reached is only reached through the broker. */
const AVOID_MS = 30_000;

/** A dispatcher's direct connections, one for each ingress that hands it calls; frames keep their order. */
export class FrameConnections {
  private readonly links = new Map<string, Link>();
  private readonly avoided = new Map<string, number>();

  constructor(private readonly dispatcher: string) {}

  /** How the frames of one call are sent from now on. */
  towards(route: FrameRoute): FrameSender {
    const { address, token, roundabout } = route;
    // An ingress that was started again on the same port has another secret.
    const key = `${address.host}:${address.port}:${address.secret}`;
    const name = Buffer.concat([Buffer.of(token.length), Buffer.from(token, 'latin1')]);
    return (frame, urgent) => {
      const avoidedUntil = this.avoided.get(key);
      if (avoidedUntil !== undefined && avoidedUntil > Date.now()) roundabout(frame);
      else this.link(key, address).send({ name, frame, urgent, roundabout });
    };
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

interface Outgoing extends Pick<FrameRoute, 'roundabout'> {
  /** The token with its length. */
  readonly name: Uint8Array;
  readonly frame: Uint8Array;
  readonly urgent: boolean;
}

class Link {
  private readonly socket: Socket;
  private timer: NodeJS.Timeout | undefined;
  private leaving = false;
  /** Frames until the connection stands. */
  private waiting: Outgoing[] | undefined = [];
  /** Records for the next write. */
  private records: Buffer[] = [];
  private bytes = 0;

  constructor(address: ReturnAddress, hello: FrameHello, ended: (reached: boolean) => void) {
    const { host, port } = address;
    this.socket = connect({ host, port, noDelay: true, timeout: CONNECT_WITHIN_MS });
    this.socket.once('timeout', () => this.socket.destroy());
    this.socket.once('error', () => this.socket.destroy());
    this.socket.once('connect', () => this.opened(hello));
    this.socket.once('close', () => {
      const { waiting } = this;
      this.waiting = undefined;
      for (const { roundabout, frame } of waiting ?? []) roundabout(frame);
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

  private write({ name, frame, urgent }: Outgoing): void {
    const record = encodeRecord([name, frame]);
    this.records.push(record);
    this.bytes += record.byteLength;
    if (urgent) this.leaveSoon();
    else this.timer ??= setTimeout(this.flush, GATHER_MS);
  }

  /** What is said within this turn still comes along. */
  private leaveSoon(): void {
    if (this.leaving) return;
    this.leaving = true;
    process.nextTick(this.flush);
  }

  private readonly flush = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.leaving = false;
    const { records } = this;
    if (records.length === 0) return;
    const joined = this.bytes <= JOIN_BELOW;
    this.records = [];
    this.bytes = 0;
    this.socket.cork();
    for (const piece of joined ? [Buffer.concat(records)] : records) this.socket.write(piece);
    this.socket.uncork();
  };
}
