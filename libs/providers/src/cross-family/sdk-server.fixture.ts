import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { callBody } from '../call-body.fixture.js';
import type { Exchange, Translator, WireTarget } from '../translator.js';

export interface Upstream {
  /** What the provider says to an unstreamed call. */
  readonly answer: string;
  /** What it says to a streamed one. */
  readonly stream: string;
}

export interface SdkServer {
  readonly url: string;
  /** The bodies sent to the provider, oldest first. */
  readonly sent: readonly unknown[];
  stop(): Promise<void>;
}

const STREAM_PIECE = 61;

/** A real HTTP server that answers an SDK's calls with a provider's recorded words, translated. */
export async function startSdkServer(
  translate: Translator,
  target: WireTarget,
  upstream: () => Upstream,
): Promise<SdkServer> {
  const sent: unknown[] = [];
  const server = createServer((request, response) => {
    void readExchange(request).then(({ exchange, stream }) => {
      sent.push(JSON.parse(Buffer.concat(exchange.request.body).toString('utf8')));
      response.writeHead(200, { 'content-type': stream ? 'text/event-stream' : 'application/json' });
      if (!stream) return response.end(wholeAnswer(exchange, upstream().answer));
      for (const piece of streamedAnswer(exchange, upstream().stream)) response.write(piece);
      return response.end();
    });
  });
  const readExchange = async (request: IncomingMessage): Promise<{ exchange: Exchange; stream: boolean }> => {
    const body = callBody((await buffer(request)).toString('utf8'));
    return { exchange: translate(body, target), stream: body.stream };
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    sent,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function wholeAnswer(exchange: Exchange, upstream: string): Uint8Array {
  const answer = exchange.answer(Buffer.from(upstream));
  if (answer.fault) throw new Error(answer.fault.detail);
  return answer.bytes;
}

function* streamedAnswer(exchange: Exchange, upstream: string): Generator<Uint8Array> {
  const stream = exchange.stream();
  const bytes = Buffer.from(upstream);
  for (let at = 0; at < bytes.length; at += STREAM_PIECE)
    yield stream.push(bytes.subarray(at, at + STREAM_PIECE)).bytes;
}
