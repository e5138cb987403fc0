import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { summaryJson } from '../domain/status-page.fixture.js';
import { StatusPageReader } from './status-page.reader.js';

let server: Server;
let url: string;
let asked: (string | undefined)[];
let behave: (response: ServerResponse) => void;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.url);
    behave(response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const read = (stopped = new AbortController().signal) => new StatusPageReader().read(url, stopped);

describe('StatusPageReader', () => {
  it('reads the summary', async () => {
    behave = (response) => response.end(summaryJson([{ name: 'API', status: 'major_outage' }], 'critical'));
    expect(await read()).toMatchObject({
      indicator: 'critical',
      components: [{ name: 'API', status: 'major_outage' }],
    });
    expect(asked).toEqual(['/api/v2/summary.json']);
  });

  it.each<readonly [string, (response: ServerResponse) => void, string]>([
    ['an error', (response) => response.writeHead(503).end('{}'), 'it answered 503'],
    ['another page', (response) => response.end('<html>we moved</html>'), "not in Statuspage's format"],
    ['a page without an end', (response) => flood(response), 'longer than 1048576 bytes'],
    ['a reset', (response) => response.socket?.resetAndDestroy(), 'fetch failed'],
  ])('refuses %s', async (_name, behaviour, message) => {
    behave = behaviour;
    await expect(read()).rejects.toThrow(message);
  });

  it.each<readonly [string, (response: ServerResponse) => void]>([
    ['never answers', () => undefined],
    ['never ends', (response) => response.write('{')],
  ])(
    'gives up a page that %s',
    async (_name, behaviour) => {
      behave = behaviour;
      await expect(read()).rejects.toThrow('timeout');
    },
    15_000,
  );

  it('stops at once when this process leads no more', async () => {
    const stop = new AbortController();
    behave = () => stop.abort();
    await expect(read(stop.signal)).rejects.toThrow('aborted');
  });
});

/** Sends for as long as anybody takes it. */
function flood(response: ServerResponse): void {
  const more = (): void => {
    if (!response.destroyed) response.write('x'.repeat(65_536), more);
  };
  more();
}
