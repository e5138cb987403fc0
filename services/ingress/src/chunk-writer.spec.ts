import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ChunkWriter } from './chunk-writer.js';

let server: Server;
let port: number;
let responses: ServerResponse[];
beforeEach(async () => {
  responses = [];
  server = createServer((_, response) => responses.push(response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  port = typeof address === 'object' && address ? address.port : 0;
});
afterEach(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

async function asked(count: number): Promise<readonly ServerResponse[]> {
  while (responses.length < count) await once(server, 'request');
  return responses;
}

async function call(): Promise<{ readonly answer: Promise<IncomingMessage>; readonly response: ServerResponse }> {
  const before = responses.length;
  const sent = request({ port, host: '127.0.0.1' }).end();
  const answer = once(sent, 'response').then(([incoming]: IncomingMessage[]) => {
    if (!incoming) throw new Error('no answer');
    return incoming;
  });
  const response = (await asked(before + 1))[before];
  if (!response) throw new Error('not called');
  return { answer, response };
}

/** What a client gets that speaks HTTP itself, to the end of the connection. */
async function raw(requests: string, write: (responses: readonly ServerResponse[]) => void, count = 1) {
  const socket = connect(port, '127.0.0.1');
  socket.write(requests);
  write(await asked(count));
  return text(socket);
}

const nothing = (): void => undefined;

describe('ChunkWriter', () => {
  it('delivers the bytes as they were, however they are cut and whenever they are written', async () => {
    const pieces = fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), fc.boolean()), { maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(pieces, async (written) => {
        const { answer, response } = await call();
        const writer = new ChunkWriter(response, nothing);
        response.writeHead(200);
        for (const [piece, pause] of written) {
          writer.write(piece);
          if (pause) await turn();
        }
        response.end('end');
        const whole = Buffer.concat([...written.map(([piece]) => piece), Buffer.from('end')]);
        expect(Buffer.compare(await buffer(await answer), whole)).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it('frames each piece as one chunk, and ends as HTTP wants it', async () => {
    const got = await raw('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', ([response]) => {
      if (!response) throw new Error('not called');
      const writer = new ChunkWriter(response, nothing);
      response.writeHead(200);
      for (const piece of ['one', 'a longer second', '']) writer.write(Buffer.from(piece));
      response.end();
    });
    expect(got.slice(got.indexOf('\r\n\r\n') + 4)).toBe('3\r\none\r\nf\r\na longer second\r\n0\r\n\r\n');
  });

  it('writes plain bytes to who knows no chunks', async () => {
    const got = await raw('GET / HTTP/1.0\r\n\r\n', ([response]) => {
      if (!response) throw new Error('not called');
      const writer = new ChunkWriter(response, nothing);
      response.writeHead(200);
      for (const piece of ['one ', 'two']) writer.write(Buffer.from(piece));
      response.end();
    });
    expect(got.slice(got.indexOf('\r\n\r\n') + 4)).toBe('one two');
  });

  it('keeps the order of answers on one connection', async () => {
    const asking = 'GET / HTTP/1.1\r\nhost: x\r\n\r\nGET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n';
    const got = await raw(
      asking,
      (both) => {
        const writers = both.map((response) => new ChunkWriter(response, nothing));
        for (const response of both) response.writeHead(200);
        for (const n of [1, 2, 3]) for (const at of [1, 0]) writers[at]?.write(Buffer.from(`answer ${at} piece ${n};`));
        for (const response of both.toReversed()) response.end();
      },
      2,
    );
    expect(got.match(/answer \d piece \d/g)).toEqual(
      [0, 1].flatMap((at) => [1, 2, 3].map((n) => `answer ${at} piece ${n}`)),
    );
  });

  it('says when it is too much, and once when that has drained', async () => {
    const { answer, response } = await call();
    let drained = 0;
    const gone = Promise.withResolvers<void>();
    const writer = new ChunkWriter(response, () => {
      drained += 1;
      gone.resolve();
    });
    response.writeHead(200);
    writer.write(Buffer.from('first'));
    const incoming = await answer;
    const piece = randomBytes(1024 * 1024);
    const taken = Array.from({ length: 20 }, () => writer.write(piece));
    expect(taken.at(-1)).toBe(false);
    await turn();
    expect(drained).toBe(0);
    const body = buffer(incoming);
    await gone.promise;
    response.end();
    expect((await body).byteLength).toBe(5 + 20 * piece.byteLength);
    expect(drained).toBe(1);
  });

  it('writes to nobody where the caller has left', async () => {
    const { answer, response } = await call();
    const writer = new ChunkWriter(response, nothing);
    response.writeHead(200);
    writer.write(Buffer.from('first'));
    (await answer).destroy();
    await once(response, 'close');
    expect(writer.write(Buffer.from('second'))).toBe(true);
  });
});
