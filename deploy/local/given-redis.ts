import { Redis } from 'ioredis';
import { StartFailure } from './start-failure.js';

const ANSWER_WITHIN_MS = 3000;

/**
 * Makes sure that a Redis server given by address answers: later, dispatchers would only work without it.
 * @throws StartFailure naming the host; never the password.
 */
export async function reachRedis(url: string): Promise<string> {
  const host = URL.parse(url)?.host;
  if (!host) throw new StartFailure('REDIS_URL is not a URL like redis://host:6379; correct it');
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: ANSWER_WITHIN_MS,
    commandTimeout: ANSWER_WITHIN_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  // Told by the command that fails.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    await redis.ping();
    return url;
  } catch {
    throw new StartFailure(
      `Redis does not answer at ${host}; start it, correct REDIS_URL, or unset it for an own server`,
    );
  } finally {
    redis.disconnect();
  }
}
