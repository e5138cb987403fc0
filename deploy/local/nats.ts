import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { serverEnvironment, type OwnServer, type ServerHome } from './own-server.js';
import { freePort } from './ports.js';

/** Large prompts travel in one message. */
const MAX_PAYLOAD_BYTES = 8 * 1024 * 1024;

/**
 * Prepares a NATS server of our own on a free loopback port, with credentials that only its configuration file and its
 * clients' environment hold.
 * @param options.jetstream off only for tests that need none
 */
export async function ownNats(home: ServerHome, options = { jetstream: true }): Promise<OwnServer> {
  const port = await freePort();
  const password = randomBytes(24).toString('hex');
  const serverName = `breakwater-${randomBytes(8).toString('hex')}`;
  const config = [
    `server_name: "${serverName}"`,
    `listen: "127.0.0.1:${port}"`,
    `max_payload: ${MAX_PAYLOAD_BYTES}`,
    // A frozen process is no subscriber any more after two or three seconds: no call is sent there in vain.
    'ping_interval: "1s"',
    'ping_max: 2',
    `authorization { user: "breakwater", password: "${password}" }`,
    ...(options.jetstream ? [`jetstream { store_dir: ${JSON.stringify(home.directory)} }`] : []),
  ];
  const file = join(home.directory, 'nats.conf');
  await mkdir(home.directory, { recursive: true, mode: 0o700 });
  await writeFile(file, `${config.join('\n')}\n`, { mode: 0o600 });
  return {
    url: `nats://breakwater:${password}@127.0.0.1:${port}`,
    process: {
      name: 'nats',
      command: home.environment['NATS_SERVER_BIN'] || 'nats-server',
      args: ['--config', file],
      // It carries little, and one thread does not look for work that others might have.
      env: { ...serverEnvironment(home.environment), GOMAXPROCS: '1' },
      readiness: { by: 'line', text: 'Server is ready', verify: () => assertServerName(port, serverName) },
    },
  };
}

/** A NATS server greets each connection with its description. */
function assertServerName(port: number, serverName: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', reject);
    socket.once('data', (greeting) => {
      socket.destroy();
      if (greeting.includes(`"server_name":"${serverName}"`)) resolve();
      else reject(new Error(`another server listens on port ${port}`));
    });
  });
}
