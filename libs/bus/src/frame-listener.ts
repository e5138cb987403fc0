import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import type { Frame, ReturnAddress } from '#libs/contracts';
import { decodeFrame } from './frame-codec.js';
import { decodeJson } from './json.js';
import { RecordSplitter } from './record-splitter.js';

export interface FrameEvents {
  readonly frame: (token: string, frame: Frame) => void;
  /** A dispatcher's connection ended: what it has not sent by now it will not send. */
  readonly gone: (dispatcher: string) => void;
}

export interface FrameListener {
  /** Goes with every hand-over. */
  readonly address: ReturnAddress;
  close(): void;
}

/** What a dispatcher says first on its connection. */
export interface FrameHello {
  readonly secret: string;
  readonly dispatcher: string;
}

const HELLO_WITHIN_MS = 2000;

/**
 * Takes answers' frames straight from the dispatchers: a frame through the broker costs its reading and writing once
 * more, and there are as many frames as tokens. Only who was handed a call knows the secret.
 */
export async function listenForFrames(host: string, events: FrameEvents): Promise<FrameListener> {
  const secret = randomBytes(16).toString('hex');
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    receive(socket, secret, events);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  return {
    address: { host, port: portOf(server), secret },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

function receive(socket: Socket, secret: string, events: FrameEvents): void {
  const splitter = new RecordSplitter();
  const impatience = setTimeout(() => socket.destroy(), HELLO_WITHIN_MS);
  let dispatcher: string | undefined;
  socket.on('error', () => socket.destroy());
  socket.once('close', () => {
    clearTimeout(impatience);
    if (dispatcher !== undefined) events.gone(dispatcher);
  });
  socket.on('data', (chunk) => {
    try {
      for (const record of splitter.push(chunk)) {
        if (dispatcher === undefined) {
          dispatcher = greet(record, secret);
          clearTimeout(impatience);
        } else deliver(record, events);
      }
    } catch {
      // Not one of ours, or no longer in step: a new connection starts clean.
      socket.destroy();
    }
  });
}

/** @throws Error for whoever does not know the secret. */
function greet(record: Buffer, secret: string): string {
  const hello = decodeJson<FrameHello>(record);
  const [given, known] = [Buffer.from(String(hello.secret)), Buffer.from(secret)];
  if (given.length !== known.length || !timingSafeEqual(given, known)) throw new Error('a wrong secret');
  return String(hello.dispatcher);
}

function deliver(record: Buffer, events: FrameEvents): void {
  const tokenEnd = 1 + record.readUInt8(0);
  const frame = decodeFrame(record.subarray(tokenEnd));
  if (frame) events.frame(record.toString('latin1', 1, tokenEnd), frame);
}
