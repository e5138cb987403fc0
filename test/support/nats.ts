import { ownNats } from '../../deploy/local/nats.js';
import { startServer, type TestServer } from './server.js';

export function startNats(options = { jetstream: true }): Promise<TestServer> {
  return startServer((home) => ownNats(home, options));
}
