import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Agent, type Dispatcher } from 'undici';

export interface OutgoingRequest {
  readonly origin: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: readonly Uint8Array[];
}

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
    const [only] = request.body;
    const body = request.body.length === 1 && only ? only : Buffer.concat(request.body);
    const { origin, path, headers } = request;
    this.agent.dispatch({ origin, path, method: 'POST', headers, body }, handler);
  }

  /** Fetches a body that an ingress holds. */
  async fetch(url: string): Promise<Uint8Array> {
    const { origin, pathname } = new URL(url);
    const answer = await this.agent.request({
      origin,
      path: pathname,
      method: 'GET',
      headersTimeout: 5000,
      bodyTimeout: 5000,
    });
    const body = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode !== 200) throw new Error(`the claimed body is gone (${answer.statusCode})`);
    return body;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.agent.destroy();
  }
}
