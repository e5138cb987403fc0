import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { Agent, request } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startSimulator, type Simulator } from '#libs/simulators';

describe('a door', () => {
  let simulator: Simulator;
  let dispatcher: Agent;

  const ask = async (url: string): Promise<number> => {
    const headers = { authorization: 'Bearer k' };
    const answer = await request(`${url}/x/v1/models`, { headers, dispatcher, headersTimeout: 300 });
    await answer.body.dump();
    return answer.statusCode;
  };

  beforeEach(async () => {
    simulator = await startSimulator({ port: 0, channels: [{ id: 'x', family: 'openai' }] });
    dispatcher = new Agent();
  });
  afterEach(async () => {
    await dispatcher.destroy();
    await simulator.close();
  });

  it('leads to the channels, and is shut and opened while it is in use', async () => {
    const { url, port } = await simulator.turnDoor('side', 'open');
    expect(await ask(url)).toBe(200);
    expect(await simulator.turnDoor('side', 'refuse')).toEqual({ id: 'side', mode: 'refuse', port, url });
    await expect(ask(url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await simulator.turnDoor('side', 'reset');
    await expect(ask(url)).rejects.toThrow(/ECONNRESET|other side closed/);
    await simulator.turnDoor('side', 'black-hole');
    await expect(ask(url)).rejects.toMatchObject({ code: 'UND_ERR_HEADERS_TIMEOUT' });
    await simulator.turnDoor('side', 'open');
    expect(await ask(url)).toBe(200);
  });

  it('shows a certificate that nobody vouches for, on its own port from the beginning', async () => {
    const { url } = await simulator.turnDoor('tls', 'self-signed');
    expect(url).toMatch(/^https:/);
    await expect(ask(url)).rejects.toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    await dispatcher.destroy();
    dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
    expect(await ask(url)).toBe(200);
  });

  it('never says anything to who connects to a black hole, and hangs up when it turns', async () => {
    const { port } = await simulator.turnDoor('hole', 'black-hole');
    const socket: Socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    socket.on('error', () => undefined).resume();
    await simulator.turnDoor('hole', 'open');
    await closed;
    expect(socket.bytesRead).toBe(0);
  });

  it('is turned over HTTP, and explains what is wrong', async () => {
    const control = async (door: object): Promise<unknown> => {
      const answer = await fetch(`${simulator.url}/_control/doors`, { method: 'PUT', body: JSON.stringify(door) });
      return answer.json();
    };
    expect(await control({ id: 'a', mode: 'refuse' })).toMatchObject({ doors: [{ id: 'a', mode: 'refuse' }] });
    expect(await control({ id: 'a', mode: 'ajar' })).toMatchObject({ error: { field: 'mode' } });
    expect(await control({ mode: 'open' })).toMatchObject({ error: { field: 'id' } });
    expect(await control({ id: 'b', mode: 'open', port: -1 })).toMatchObject({ error: { field: 'port' } });
  });
});
