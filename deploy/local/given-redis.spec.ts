import { describe, expect, it } from '@jest/globals';
import { startRedis } from '../../test/support/redis.js';
import { reachRedis } from './given-redis.js';
import { freePort } from './ports.js';

describe('reachRedis', () => {
  it('takes a server that answers', async () => {
    const server = await startRedis();
    try {
      await expect(reachRedis(server.url)).resolves.toBe(server.url);
    } finally {
      await server.stop();
    }
  });

  it('names the host, and not the password, of one that does not', async () => {
    const port = await freePort();
    const failed = reachRedis(`redis://:hidden@127.0.0.1:${port}`);
    await expect(failed).rejects.toThrow(`Redis does not answer at 127.0.0.1:${port}`);
    await expect(failed).rejects.not.toThrow('hidden');
  });

  it('says what a REDIS_URL looks like', async () => {
    await expect(reachRedis('nonsense')).rejects.toThrow('redis://host:6379');
  });
});
