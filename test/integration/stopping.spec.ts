import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.fixture.js';

describe('an ingress that is stopped', () => {
  let world: RoutedGateway;

  beforeAll(async () => {
    world = await startRoutedGateway({
      routes: [{ id: 'claude', tiers: [['claude@anthropic-primary']] }],
      pace: { firstTokenMs: 2000, tokenMs: 0 },
    });
  }, 60_000);
  afterAll(() => world.stop(), 30_000);

  it('ends the calls it has, and refuses the next one on their connections as any error', async () => {
    const { gateway, simulator } = world;
    const body = JSON.stringify({ model: 'claude', max_tokens: 9, messages: [{ role: 'user', content: 'Hi' }] });
    const headers = [
      'POST /v1/messages HTTP/1.1',
      'host: gateway',
      `x-api-key: ${gateway.key}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    const request = `${headers.join('\r\n')}\r\n\r\n${body}`;
    const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
    const received: Buffer[] = [];
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => received.push(chunk));
    socket.write(request);
    await simulator.waitForCall(() => true);
    const stopped = gateway.kill('ingress', 'SIGTERM');
    // The door is being closed once nobody else comes in.
    for (;;) if ((await fetch(`${gateway.url}/healthz`).catch(() => 'refused')) === 'refused') break;
    socket.write(request);
    await Promise.all([stopped, once(socket, 'close')]);
    const [first = '', second = ''] = Buffer.concat(received)
      .toString()
      .split(/(?=HTTP\/1\.1 )/);
    expect(first).toMatch(/^HTTP\/1\.1 200 .*"type":"message"/s);
    expect(second).toMatch(/^HTTP\/1\.1 503 .*retry-after: 1\r\n.*"type":"error".*"error_code":"not_ready"/s);
    expect(second).toContain('x-breakwater-request-id: req_');
    expect(simulator.calls()).toHaveLength(1);
  }, 30_000);
});
