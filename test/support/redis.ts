import { ownRedis } from '../../deploy/local/redis.js';
import { startServer, type TestServer } from './server.js';

export function startRedis(): Promise<TestServer> {
  return startServer(ownRedis);
}
