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
  /** Milliseconds for a new connection to stand. */
  readonly connectMs: number;
}

const JOIN_BELOW = 64 * 1024;
const CLAIM_MS = 5000;
/** Proxies in front of a provider add cookies and policies; Node's own limit is 16 KB. */
const MAX_HEADERS = 64 * 1024;

/** The only place that opens a socket to a provider. Deadlines are the attempt's; redirects are never followed. */
@Injectable()
export class ProviderClient implements OnApplicationShutdown {
  /** By connect deadline: undici knows no other way to give up a connection that does not come to stand. */
  private readonly agents = new Map<number, Agent>();

  post(request: OutgoingRequest, handler: Dispatcher.DispatchHandler): void {
    const { origin, path, headers, connectMs } = request;
    const bytes = request.body.reduce((sum, piece) => sum + piece.byteLength, 0);
    // A small body in one write; the pieces of a large one are not joined just to be sent.
    const body = bytes <= JOIN_BELOW ? Buffer.concat(request.body) : Readable.from(request.body, { objectMode: true });
    // Unasked, a provider may compress: the answer is read here as it comes.
    const sent = { 'accept-encoding': 'identity', ...headers, 'content-length': String(bytes) };
    this.agentFor(connectMs).dispatch({ origin, path, method: 'POST', headers: sent, body }, handler);
  }

  /** Fetches a body that an ingress holds. */
  fetch({ url, bytes }: NonNullable<RunRequest['claim']>): Promise<Uint8Array> {
    const { origin, pathname: path } = new URL(url);
    const reader = new ClaimReader(bytes);
    const patience = { headersTimeout: CLAIM_MS, bodyTimeout: CLAIM_MS };
    this.agentFor(CLAIM_MS).dispatch({ origin, path, method: 'GET', ...patience }, reader);
    return reader.read.promise;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.destroy()));
  }

  private agentFor(connectMs: number): Agent {
    const known = this.agents.get(connectMs);
    if (known) return known;
    const agent = newAgent(connectMs);
    this.agents.set(connectMs, agent);
    return agent;
  }
}

function newAgent(connectMs: number): Agent {
  return new Agent({
    headersTimeout: 0,
    bodyTimeout: 0,
    // Where a server does not say how long it keeps a connection, less than servers commonly do: a call that is sent just
    // when it is closed fails.
    keepAliveTimeout: 4000,
    maxHeaderSize: MAX_HEADERS,
    // One stream a connection: a reset never takes another call with it.
    allowH2: false,
    pipelining: 1,
    connect: { timeout: connectMs },
  });
}
