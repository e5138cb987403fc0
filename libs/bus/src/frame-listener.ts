import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import type { Frame, ReturnAddress, RunRequest } from '#libs/contracts';
import { decodeFrame } from './frame-codec.js';
import { decodeJson } from './json.js';
import { drainRecord, linkName, readLinkRecord, tokenOf, type LinkHello } from './link-record.js';
import { encodeRecord, recordHead, RecordSplitter } from './record-splitter.js';
import { runHead } from './run-codec.js';

/** A dispatcher that is connected: calls can be handed to it without crossing the broker. */
export interface DispatcherLink {
  readonly dispatcher: string;
  /** It takes no more calls. */
  readonly draining: boolean;
  /** Bytes that were handed to it and have not left yet. */
  readonly backlog: number;
  hand(token: string, request: RunRequest, body: Uint8Array): void;
}

export interface FrameEvents {
  readonly frame: (token: string, frame: Frame) => void;
  readonly linked: (link: DispatcherLink) => void;
  /** A dispatcher's connection ended: what it has not sent by now it will not send. */
  readonly gone: (link: DispatcherLink) => void;
}

export interface FrameListener {
  /** Where dispatchers connect to: announced to all, and sent with every hand-over through the broker. */
  readonly address: ReturnAddress;
  close(): void;
}

const HELLO_WITHIN_MS = 2000;
/** A larger body is written as it is: joining it to its head would cost more than it saves. */
const JOIN_BELOW = 16 * 1024;

/**
 * Takes answers' frames straight from the dispatchers, and hands calls to them: what goes through the broker costs its
 * reading and writing once more, and wakes one process more. Only who is on the bus knows the secret.
 */
export async function listenForFrames(host: string, events: FrameEvents): Promise<FrameListener> {
  const secret = randomBytes(16).toString('hex');
  const sockets = new Set<Socket>();
  const take = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    receive(socket, secret, events);
  };
  const [server, neighbours] = [createServer({ noDelay: true }, take), createServer(take)];
  await listening(server, { host, port: 0 });
  const local = `\0breakwater-${randomBytes(16).toString('hex')}`;
  // Where the system has no such sockets, there is only the long way.
  const near = await listening(neighbours, { path: local }).then(
    () => ({ local }),
    () => ({}),
  );
  return {
    address: { host, port: portOf(server), ...near, secret },
    close: () => {
      server.close();
      neighbours.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function listening(server: Server, at: ListenOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(at, resolve);
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function receive(socket: Socket, secret: string, events: FrameEvents): void {
  const splitter = new RecordSplitter();
  const impatience = setTimeout(() => socket.destroy(), HELLO_WITHIN_MS);
  let link: Link | undefined;
  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    clearTimeout(impatience);
    if (link) events.gone(link);
  });
  socket.on('data', (chunk) => {
    try {
      for (const record of splitter.push(chunk)) {
        if (link) link.receive(record, events);
        else {
          link = new Link(socket, greet(record, secret));
          clearTimeout(impatience);
          events.linked(link);
        }
      }
    } catch {
      // Not one of ours, or no longer in step: a new connection starts clean.
      socket.destroy();
    }
  });
}

/** @throws Error for whoever does not know the secret. */
function greet(record: Buffer, secret: string): string {
  const hello = decodeJson<LinkHello>(record);
  const [given, known] = [Buffer.from(String(hello.secret)), Buffer.from(secret)];
  if (given.length !== known.length || !timingSafeEqual(given, known)) throw new Error('a wrong secret');
  return String(hello.dispatcher);
}

class Link implements DispatcherLink {
  draining = false;

  constructor(
    private readonly socket: Socket,
    readonly dispatcher: string,
  ) {}

  get backlog(): number {
    return this.socket.writableLength;
  }

  hand(token: string, request: RunRequest, body: Uint8Array): void {
    const head = [linkName(token), ...runHead(request)];
    if (body.byteLength < JOIN_BELOW) {
      this.socket.write(encodeRecord([...head, body]));
      return;
    }
    this.socket.cork();
    this.socket.write(recordHead(head, body.byteLength));
    this.socket.write(body);
    this.socket.uncork();
  }

  receive(record: Buffer, events: FrameEvents): void {
    const said = readLinkRecord(record);
    if (!said) return this.drain();
    const frame = decodeFrame(said.payload);
    if (frame) events.frame(tokenOf(said.name), frame);
  }

  private drain(): void {
    this.draining = true;
    this.socket.write(drainRecord);
  }
}
