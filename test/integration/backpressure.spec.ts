import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startRoutedGateway, type RoutedGateway } from './routed-gateway.fixture.js';

const MEBIBYTE = 1024 * 1024;
/** About 54 MB as a stream; the system's own buffers on its way hold up to 25 MB of it, as they grow. */
const TOKENS = 180_000;
/** A silence that the caller makes must not pass for the provider's, which needs a while to compose all that. */
const deadlines = { firstToken: 20_000, interToken: 1000, attempt: 120_000, total: 120_000 };
const sha256 = (bytes: Buffer = Buffer.alloc(0)): string => createHash('sha256').update(bytes).digest('hex');
const watched = ['ingress', 'dispatch-1'] as const;

describe('a caller that reads slowly', () => {
  let world: RoutedGateway;

  beforeAll(async () => {
    world = await startRoutedGateway({
      routes: [{ id: 'gpt', tiers: [['gpt@openai-primary']], deadlines }],
      pace: { firstTokenMs: 0, tokenMs: 0, tokens: TOKENS },
    });
    // As busy as they will be: what a process needs once is no growth.
    await once((await stream()).resume(), 'end');
  }, 90_000);
  afterAll(() => world.stop(), 30_000);

  async function stream(): Promise<IncomingMessage> {
    const headers = { authorization: `Bearer ${world.gateway.key}`, 'content-type': 'application/json' };
    const call = request(`${world.gateway.url}/v1/chat/completions`, { method: 'POST', headers, agent: false });
    const messages = [{ role: 'user', content: 'Tell me everything.' }];
    call.end(JSON.stringify({ model: 'gpt', messages, stream: true, stream_options: { include_usage: true } }));
    return new Promise((resolve, reject) => call.once('response', resolve).once('error', reject));
  }

  /** Resolves when the provider has written nothing for a while: all between it and the caller is full. */
  async function untilProviderWaits(): Promise<number> {
    let sent = -1;
    for (;;) {
      const now = world.simulator.calls().at(-1)?.tokensSent ?? 0;
      if (now === sent) return sent;
      sent = now;
      await delay(1500);
    }
  }

  const residentBytes = (name: string): number => {
    const status = readFileSync(`/proc/${world.gateway.pid(name)}/status`, 'utf8');
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  };

  it('slows the provider down, fills no memory, and gets it all', async () => {
    const before = watched.map(residentBytes);
    const growth = (): number => Math.max(...watched.map((name, at) => residentBytes(name) - (before[at] ?? 0)));
    const response = await stream();
    response.pause();
    const tokens = await untilProviderWaits();
    expect(tokens).toBeLessThan(TOKENS / 2);
    let most = growth();
    const hash = createHash('sha256');
    const chunks: AsyncIterable<Buffer> = response;
    for await (const chunk of chunks) {
      hash.update(chunk);
      most = Math.max(most, growth());
      await delay(1);
    }
    expect(most / MEBIBYTE).toBeLessThan(60);
    const call = world.simulator.calls().at(-1);
    expect(call?.outcome).toBe('complete');
    expect(hash.digest('hex')).toBe(sha256(call?.response.body));
  }, 120_000);
});
