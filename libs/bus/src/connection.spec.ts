import { createServer, type AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { startBroker, type TestBroker } from './bus.fixture.js';
import { closeBus, connectBus } from './connection.js';

let broker: TestBroker;
beforeAll(async () => (broker = await startBroker()));
afterAll(() => broker.stop());

const failureOf = (url: string): Promise<unknown> =>
  connectBus({ url, name: 'test' }).then(
    () => 'connected',
    (error: unknown) => error,
  );

/** A port that nothing listens on. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a TCP server's address is one of these
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('connectBus', () => {
  it('connects with the password of the URL, under its own name, and closes', async () => {
    const bus = await connectBus({ url: broker.url, name: 'dispatch-7' });
    expect(bus.name).toBe('dispatch-7');
    expect(bus.nats.isClosed()).toBe(false);
    await closeBus(bus);
    await closeBus(bus);
    expect(bus.nats.isClosed()).toBe(true);
  });

  it('closes while the server is away', async () => {
    const bus = await connectBus({ url: broker.url, name: 'test' });
    bus.nats.subscribe('anything', { callback: () => undefined });
    await broker.crash();
    await closeBus(bus);
    expect(bus.nats.isClosed()).toBe(true);
    await broker.restart();
  });

  it('takes several servers, of which one need answer', async () => {
    const { host } = new URL(broker.url);
    const bus = await connectBus({
      url: `${broker.url.replace(host, `127.0.0.1:${await closedPort()}`)},${host}`,
      name: 'x',
    });
    expect(bus.nats.getServer()).toBe(host);
    await closeBus(bus);
  });

  it('is not ready where no server answers, and says at what address', async () => {
    const port = await closedPort();
    expect(await failureOf(`nats://me:hunter2@127.0.0.1:${port}`)).toMatchObject({
      code: 'not_ready',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  it('never tells the password, whatever it is and whatever fails', async () => {
    const { host } = new URL(broker.url);
    const port = await closedPort();
    // Digits, which a careless reading takes for a port, around what an URL gives a meaning.
    const secret = fc.stringMatching(/^[@:/?#%_a-z-]{0,4}$/).map((special) => `31415${special}31415`);
    const places = fc.constantFrom(host, `127.0.0.1:${port}`, 'no host', '127.0.0.1:99999');
    await fc.assert(
      fc.asyncProperty(secret, places, fc.boolean(), fc.boolean(), async (password, place, escaped, token) => {
        const written = escaped ? encodeURIComponent(password) : password;
        const failure = await failureOf(`nats://${token ? '' : 'me:'}${written}@${place}`);
        expect(failure).toMatchObject({ name: 'GatewayError' });
        expect(inspect(failure, { depth: 10 })).not.toContain('31415');
      }),
      { numRuns: 60 },
    );
  });
});
