import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one call; the request's body has been read. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

export interface HostileProvider {
  /** One channel for each behaviour, by its name. */
  readonly channels: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/** A provider that does what no provider should: on each of its channels one thing. */
export async function startHostileProvider(behaviours: Readonly<Record<string, Behaviour>>): Promise<HostileProvider> {
  const server = createServer((request, response) => {
    const behave = behaviours[request.url?.split('/')[1] ?? ''];
    request.resume().once('end', () => void behave?.(response, request));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = addressOf(server.address());
  const names = Object.keys(behaviours);
  return {
    channels: Object.fromEntries(names.map((name) => [name, `http://127.0.0.1:${port}/${name}`])),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address;
}
