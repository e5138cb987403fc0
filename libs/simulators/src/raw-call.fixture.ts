import { request, type IncomingHttpHeaders } from 'node:http';

/** How the connection ended: after a whole HTTP answer, closed before its end, or by a TCP reset. */
export type RawEnd = 'clean' | 'closed' | 'reset';

export interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** How many pieces the body came in. */
  readonly pieces: number;
  readonly end: RawEnd;
}

export interface RawCall {
  readonly answered: Promise<RawAnswer>;
  /** Resolves with the status when the answer's headers are there. */
  readonly head: Promise<number | undefined>;
  /** Resolves when the body so far contains the text. */
  shows(text: string): Promise<void>;
  leave(): void;
}

/** Posts without any SDK in between, on a connection of its own, and keeps every byte of what comes back. */
export function rawCall(url: string, body: object): RawCall {
  const pieces: Buffer[] = [];
  const watchers = new Set<() => void>();
  const head = Promise.withResolvers<number | undefined>();
  const answered = Promise.withResolvers<RawAnswer>();
  let wasReset = false;
  let headers: IncomingHttpHeaders = {};
  let status: number | undefined;
  const finish = (complete: boolean): void => {
    const end = wasReset ? 'reset' : complete ? 'clean' : 'closed';
    answered.resolve({ status, headers, body: Buffer.concat(pieces), pieces: pieces.length, end });
    head.resolve(status);
  };
  const outgoing = request(url, {
    method: 'POST',
    agent: false,
    headers: {
      'content-type': 'application/json',
      'x-api-key': 'k',
      authorization: 'Bearer k',
      'anthropic-version': 'v',
    },
  });
  outgoing.on('socket', (socket) => {
    // Before the client's own listener, which ends the call.
    socket.prependListener('error', (error) => (wasReset ||= 'code' in error && error.code === 'ECONNRESET'));
  });
  outgoing.on('error', () => finish(false));
  outgoing.on('response', (incoming) => {
    status = incoming.statusCode;
    headers = incoming.headers;
    head.resolve(status);
    incoming.on('data', (piece: Buffer) => {
      pieces.push(piece);
      for (const look of watchers) look();
    });
    incoming.on('error', () => undefined);
    incoming.on('close', () => finish(incoming.complete));
  });
  outgoing.end(JSON.stringify(body));
  const shows = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (Buffer.concat(pieces).includes(text)) resolve();
      };
      watchers.add(look);
      look();
    });
  return { answered: answered.promise, head: head.promise, shows, leave: () => void outgoing.destroy() };
}
