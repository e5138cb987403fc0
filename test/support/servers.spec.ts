import { describe, expect, it } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { Redis } from 'ioredis';
import { Client } from 'pg';
import { startNats } from './nats.js';
import { startPostgres } from './postgres.js';
import { startRedis } from './redis.js';

/** The client takes credentials apart from the address. */
function connectTo(url: string): Promise<NatsConnection> {
  const { host, username, password } = new URL(url);
  return connect({ servers: host, user: username, pass: password, reconnect: false });
}

describe('servers for tests', () => {
  it('NATS keeps a stream over a crash and takes messages of several megabytes', async () => {
    const server = await startNats();
    try {
      const before = await connectTo(server.url);
      expect(before.info?.max_payload).toBe(8 * 1024 * 1024);
      await (await jetstreamManager(before)).streams.add({ name: 'kept', subjects: ['kept'] });
      const pid = server.pid();
      await server.crash();
      await server.restart();
      expect(server.pid()).not.toBe(pid);
      const after = await connectTo(server.url);
      expect((await (await jetstreamManager(after)).streams.info('kept')).config.name).toBe('kept');
      await after.close();
    } finally {
      await server.stop();
    }
  });

  it('NATS turns away who does not know the password', async () => {
    const server = await startNats({ jetstream: false });
    const { host } = new URL(server.url);
    await expect(connect({ servers: host, reconnect: false })).rejects.toThrow(/auth/i);
    await server.stop();
  });

  it('Redis answers who knows the password', async () => {
    const server = await startRedis();
    const redis = new Redis(server.url);
    expect(await redis.set('a', '1')).toBe('OK');
    redis.disconnect();
    await server.stop();
  });

  it('PostgreSQL answers SQL', async () => {
    const server = await startPostgres();
    const client = new Client({ connectionString: server.url });
    await client.connect();
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await client.end();
    await server.stop();
  }, 30_000);
});
