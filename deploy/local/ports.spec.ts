import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { assertPortsFree, freePort, portProblem } from './ports.js';

describe('ports', () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  it('names the port in use and the variable that moves it', async () => {
    const port = await freePort();
    await expect(assertPortsFree([{ host: '127.0.0.1', port, variable: 'BREAKWATER_PORT' }])).resolves.toBeUndefined();
    server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await portProblem('127.0.0.1', port)).toBe('EADDRINUSE');
    await expect(assertPortsFree([{ host: '127.0.0.1', port, variable: 'BREAKWATER_PORT' }])).rejects.toThrow(
      `port ${port} on 127.0.0.1 is in use; set BREAKWATER_PORT to a free port`,
    );
  });

  it('refuses the same port twice', async () => {
    const port = await freePort();
    const wanted = ['BREAKWATER_PORT', 'BREAKWATER_CONSOLE_PORT'].map((variable) => ({
      host: '127.0.0.1',
      port,
      variable,
    }));
    await expect(assertPortsFree(wanted)).rejects.toThrow(/BREAKWATER_PORT and BREAKWATER_CONSOLE_PORT are both/);
  });

  it('says so when the address is not of this machine', async () => {
    await expect(assertPortsFree([{ host: '192.0.2.1', port: 8080, variable: 'BREAKWATER_PORT' }])).rejects.toThrow(
      /192\.0\.2\.1:8080 \(EADDRNOTAVAIL\).*BREAKWATER_PORT/,
    );
  });
});
