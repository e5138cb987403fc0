import { once } from 'node:events';
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Surface } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { startSpan } from '#libs/telemetry';
import type { Arrival } from './arrival.js';

/** A caller that has sent its request and waits. */
export interface TestCaller {
  /** The gateway's side of it. */
  readonly response: ServerResponse;
  /** Rejects where the connection ends before a head came. */
  readonly head: Promise<IncomingMessage>;
  /** All of the answer; rejects where the connection ends within it. */
  readonly body: Promise<string>;
  leave(): void;
}

export interface CallerSide {
  /** @param reading false for a caller that takes nothing until its `head` is resumed. */
  call(reading?: boolean): Promise<TestCaller>;
  close(): Promise<void>;
}

/** A real HTTP server and its callers, with nothing in between that answers. */
export async function startCallerSide(): Promise<CallerSide> {
  const server = createServer();
  const agent = new Agent({ maxSockets: Infinity });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    call: async (reading = true) => {
      const arrived = new Promise<ServerResponse>((resolve) =>
        server.once('request', (_, response) => resolve(response)),
      );
      const sent = request({ port, host: '127.0.0.1', method: 'POST', agent }).end();
      const head = once(sent, 'response').then(([incoming]: IncomingMessage[]) => present(incoming));
      const body = reading ? head.then(text) : Promise.resolve('');
      // A caller that leaves does not look at what it left.
      for (const promise of [head, body]) promise.catch(() => undefined);
      return { response: await arrived, head, body, leave: () => void sent.destroy() };
    },
    close: async () => {
      agent.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function present(incoming: IncomingMessage | undefined): IncomingMessage {
  if (!incoming) throw new Error('no answer');
  return incoming;
}

export function arrival(requestId = 'req_1', surface: Surface = 'openai-chat'): Arrival {
  return {
    requestId,
    surface,
    principal: { tenant: 'acme', team: 'search', agent: 'crawler', key: 'key-1' },
    read: { route: 'fast', stream: true, needs: [], maxOutputTokens: 0, estimatedInputTokens: 0, fields: {} },
    span: startSpan('POST', { kind: 'server' }),
    startedAt: systemClock.now(),
    startedMonotonic: systemClock.monotonic(),
  };
}
