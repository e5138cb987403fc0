import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { serverEnvironment, type OwnServer, type ServerHome } from './own-server.js';
import { freePort } from './ports.js';

/** Prepares a Redis server of our own on a free loopback port. It keeps nothing on disk: to us it is a cache. */
export async function ownRedis(home: ServerHome): Promise<OwnServer> {
  const port = await freePort();
  const password = randomBytes(24).toString('hex');
  const config = [
    'bind 127.0.0.1',
    `port ${port}`,
    `requirepass ${password}`,
    `dir ${JSON.stringify(home.directory)}`,
    'save ""',
    'appendonly no',
    // What is to be tidied up is little, and every look at it wakes a process.
    'hz 1',
  ];
  const file = join(home.directory, 'redis.conf');
  await mkdir(home.directory, { recursive: true, mode: 0o700 });
  await writeFile(file, `${config.join('\n')}\n`, { mode: 0o600 });
  return {
    url: `redis://:${password}@127.0.0.1:${port}`,
    process: {
      name: 'redis',
      command: home.environment['REDIS_SERVER_BIN'] || 'redis-server',
      args: [file],
      env: serverEnvironment(home.environment),
      readiness: {
        by: 'line',
        text: 'Ready to accept connections',
        verify: (pid) => assertProcess(port, password, pid),
      },
    },
  };
}

/** Asks who answers. The port may belong to another server, which then refuses the password. */
function assertProcess(port: number, password: string, pid: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.end(`AUTH ${password}\r\nINFO server\r\nQUIT\r\n`));
    socket.setEncoding('utf8').once('error', reject);
    socket.on('data', (text: string) => (answer += text));
    socket.once('close', () => {
      if (answer.includes(`process_id:${pid}\r\n`)) resolve();
      else reject(new Error(`another server listens on port ${port}`));
    });
  });
}
