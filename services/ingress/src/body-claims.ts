import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { loadEnvironment } from '#libs/platform';
import { IngressEnvironment } from './ingress.environment.js';

export interface Claim {
  readonly url: string;
  readonly bytes: number;
  /** The body is given out no more. */
  release(): void;
}

/**
 * Keeps large bodies for the dispatchers to fetch: a body crosses one socket instead of the broker's two, and keeps no
 * other call waiting behind it. The address holds 128 random bits and nothing else protects it.
 */
@Injectable()
export class BodyClaims implements OnModuleInit, OnApplicationShutdown {
  private readonly bodies = new Map<string, Uint8Array>();
  private readonly server = createServer((request, response) => this.serve(request, response));
  private base = '';

  async onModuleInit(): Promise<void> {
    const host = loadEnvironment(IngressEnvironment).BREAKWATER_CLAIM_HOST;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(0, host, resolve);
    });
    const address = this.server.address();
    if (typeof address === 'object' && address) this.base = `http://${host}:${address.port}/`;
  }

  claim(body: Uint8Array): Claim {
    const token = randomBytes(16).toString('hex');
    this.bodies.set(token, body);
    return { url: this.base + token, bytes: body.byteLength, release: () => void this.bodies.delete(token) };
  }

  onApplicationShutdown(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private serve(request: IncomingMessage, response: ServerResponse): void {
    const body = request.method === 'GET' ? this.bodies.get(request.url?.slice(1) ?? '') : undefined;
    if (!body) {
      response.writeHead(404).end();
      return;
    }
    response
      .writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': body.byteLength })
      .end(body);
  }
}
