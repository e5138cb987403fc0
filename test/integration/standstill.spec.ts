import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.fixture.js';
import { callBySdk } from './sdk-caller.fixture.js';

/** Over while the machine is paused; counted anew from then on, not over before the first word. */
const deadlines = { firstToken: 1500, interToken: 1500, attempt: 20_000, total: 20_000 };

describe('a gateway whose machine is paused', () => {
  let world: RoutedGateway;

  beforeAll(async () => {
    world = await startRoutedGateway({
      routes: [{ id: 'gpt', tiers: [['gpt@openai-primary']], deadlines }],
      pace: { firstTokenMs: 3000, tokenMs: 0 },
    });
  }, 60_000);
  afterAll(() => world.stop(), 30_000);

  it('blames neither a provider nor a dispatcher for what it could not hear meanwhile', async () => {
    const { gateway, simulator } = world;
    const call = callBySdk(gateway, { surface: 'openai-chat', route: 'gpt', stream: true });
    await simulator.waitForCall(() => true);
    // Its beginning has reached ingress too.
    await delay(100);
    await gateway.kill('dispatch-1', 'SIGSTOP');
    // By then ingress has asked whether it lives.
    await delay(200);
    await gateway.kill('ingress', 'SIGSTOP');
    await delay(2000);
    await gateway.kill('ingress', 'SIGCONT');
    await delay(100);
    await gateway.kill('dispatch-1', 'SIGCONT');
    const { status, error, headers } = await call;
    expect({ status, error }).toEqual({ status: 200, error: undefined });
    expect(headers.get('x-breakwater-attempts')).toBe('1');
    expect(simulator.calls().map(({ outcome }) => outcome)).toEqual(['complete']);
  });
});
