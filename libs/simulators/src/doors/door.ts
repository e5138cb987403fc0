import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls';
import { selfSignedCertificate } from './self-signed-certificate.js';

/**
 * What happens to who connects: the channels as on the main port; a closed port; a connection on which nothing is ever
 * said or read; a TCP reset; or the channels behind TLS with a certificate that nobody vouches for.
 */
export const doorModes = ['open', 'refuse', 'black-hole', 'reset', 'self-signed'] as const;

export type DoorMode = (typeof doorModes)[number];

/** Another port to the same channels, which can be shut in several ways while everything runs. */
export class Door {
  private readonly listener: Server;
  private readonly sockets = new Set<Socket>();
  private tls: TlsServer | undefined;
  private opened: number | undefined;
  mode: DoorMode = 'open';

  constructor(
    private readonly inner: HttpServer,
    private readonly host: string,
  ) {
    this.listener = createServer((socket) => this.receive(socket));
  }

  get port(): number {
    return this.opened ?? 0;
  }

  /** Connections that were there go, so that the new mode is met by whoever comes next. A closed port keeps its number. */
  async turn(mode: DoorMode, port = this.port): Promise<void> {
    this.mode = mode;
    this.hangUp();
    if (!this.listener.listening) await this.listen(port);
    if (mode === 'refuse') await this.close();
  }

  async close(): Promise<void> {
    if (!this.listener.listening) return;
    const closed = once(this.listener, 'close');
    this.listener.close();
    this.hangUp();
    await closed;
  }

  private hangUp(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  private async listen(port: number): Promise<void> {
    this.listener.listen(port, this.host);
    await once(this.listener, 'listening');
    const address = this.listener.address();
    if (typeof address === 'object' && address !== null) this.opened = address.port;
  }

  private receive(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => this.sockets.delete(socket));
    // Callers give up on a shut door, or are hung up on; that is its purpose.
    socket.on('error', () => undefined);
    if (this.mode === 'open') this.inner.emit('connection', socket);
    else if (this.mode === 'self-signed') this.behindTls().emit('connection', socket);
    else if (this.mode === 'reset') socket.resetAndDestroy();
    else socket.pause();
  }

  private behindTls(): TlsServer {
    this.tls ??= createTlsServer(selfSignedCertificate(), (secured) => this.inner.emit('connection', secured));
    return this.tls;
  }
}
