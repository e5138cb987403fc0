import { Readable } from 'node:stream';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher } from 'undici';
import type { RunRequest } from '#libs/contracts';
import { ClaimReader } from './claim-reader.js';

export interface OutgoingRequest {
  readonly origin: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: readonly Uint8Array[];
}

const JOIN_BELOW = 64 * 1024;

/** The only place that opens a socket to a provider. Deadlines are the attempt's; redirects are never followed. */
@Injectable()
export class ProviderClient implements OnApplicationShutdown {
  private readonly agent = new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
    // One stream a connection: a reset never takes another call with it.
    allowH2: false,
    pipelining: 1,
    connect: { timeout: 60_000 },
  });

  post(request: OutgoingRequest, handler: Dispatcher.DispatchHandler): void {
    const { origin, path, headers } = request;
    const bytes = request.body.reduce((sum, piece) => sum + piece.byteLength, 0);
    // A small body in one write; the pieces of a large one are not joined just to be sent.
    const body = bytes <= JOIN_BELOW ? Buffer.concat(request.body) : Readable.from(request.body, { objectMode: true });
    const sent = { ...headers, 'content-length': String(bytes) };
    this.agent.dispatch({ origin, path, method: 'POST', headers: sent, body }, handler);
  }

  /** Fetches a body that an ingress holds. */
  fetch({ url, bytes }: NonNullable<RunRequest['claim']>): Promise<Uint8Array> {
    const { origin, pathname: path } = new URL(url);
    const reader = new ClaimReader(bytes);
    this.agent.dispatch({ origin, path, method: 'GET', headersTimeout: 5000, bodyTimeout: 5000 }, reader);
    return reader.read.promise;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}
