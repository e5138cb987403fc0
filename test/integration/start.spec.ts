import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkout } from '../../deploy/local/checkout.js';
import { freePort, portProblem } from '../../deploy/local/ports.js';
import { temporaryFolder } from '../support/server.js';

const run = promisify(execFile);
const READY = 'Ctrl-C stops everything.';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let ports: { readonly agents: number; readonly operators: number; readonly simulators: number };
let launched: Launched | undefined;

beforeEach(async () => {
  folder = await temporaryFolder();
  ports = { agents: await freePort(), operators: await freePort(), simulators: await freePort() };
});

afterEach(async () => {
  launched?.signal('SIGKILL');
  await launched?.exit;
  launched = undefined;
  await folder.remove();
});

interface Launched {
  readonly pid: number;
  readonly exit: Promise<number | null>;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** To the whole process group, as a terminal does. */
  signal(signal: NodeJS.Signals): void;
}

/** Starts in a process group of its own, with nothing of our environment that would change what it does. */
function launch(command: string, args: readonly string[]): Launched {
  const { PATH, HOME, NATS_SERVER_BIN, REDIS_SERVER_BIN } = process.env;
  const env = {
    PATH,
    HOME,
    NATS_SERVER_BIN,
    REDIS_SERVER_BIN,
    BREAKWATER_STATE_DIR: join(folder.path, 'state'),
    BREAKWATER_PORT: String(ports.agents),
    BREAKWATER_CONSOLE_PORT: String(ports.operators),
    BREAKWATER_SIMULATOR_PORT: String(ports.simulators),
  };
  const child = spawn(command, args, { cwd: checkout, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: collect(child, 'stdout'), stderr: collect(child, 'stderr') };
  const exit = once(child, 'close').then(() => child.exitCode);
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot run ${command}`);
  launched = { pid, exit, ...output, signal: (signal) => signalGroup(pid, signal) };
  return launched;
}

const launcher = (...args: readonly string[]): Launched =>
  launch(process.execPath, [join(checkout, 'dist/deploy/local/main.js'), ...args]);

function collect(child: ChildProcess, name: 'stdout' | 'stderr'): () => string {
  let text = '';
  child[name]?.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  return () => text;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

async function until(happened: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 2_000; tries += 1) {
    if (await happened()) return;
    await delay(20);
  }
  throw new Error(`waited in vain until ${what}`);
}

async function untilReady({ stdout, stderr, exit }: Launched): Promise<void> {
  const ended = exit.then(() => Promise.reject(new Error(`it ended: ${stderr()}`)));
  await Promise.race([ended, until(() => stdout().includes(READY), `it is ready: ${stdout()}${stderr()}`)]);
}

/** All processes below one, however deep. */
async function descendants(pid: number): Promise<readonly number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  const rows = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    rows.flatMap(([id, of]) => (of === parent && id !== undefined ? [id, ...below(id)] : []));
  return below(pid);
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('npm start', () => {
  it('prints commands that work as they stand, and leaves nothing behind after Ctrl-C', async () => {
    const gateway = launch('npm', ['start']);
    await untilReady(gateway);
    const [call = '', usage = ''] = gateway.stdout().match(/^curl .*$/gm) ?? [];
    const answer = await run('sh', ['-c', call]);
    expect(answer.stdout).toContain('"content":');
    expect(answer.stdout.trimEnd()).toMatch(/data: \[DONE\]$/);
    expect(JSON.parse((await run('sh', ['-c', usage])).stdout)).toBeInstanceOf(Object);
    for (const snippet of gateway.stdout().match(/^import (.+\n)+/gm) ?? []) {
      const said = await run(process.execPath, ['--input-type=module', '--eval', snippet], { cwd: checkout });
      expect(said.stdout).toMatch(/\w/);
    }

    const processes = await descendants(gateway.pid);
    expect(processes.length).toBeGreaterThanOrEqual(10);
    gateway.signal('SIGINT');
    expect(await gateway.exit).toBe(0);
    expect(processes.filter(lives)).toEqual([]);
    for (const port of Object.values(ports)) expect(await portProblem('127.0.0.1', port)).toBeUndefined();
  }, 60_000);

  it('shows its key once', async () => {
    const first = launcher();
    await untilReady(first);
    const [key = ''] = /bw_[\w-]+/.exec(first.stdout()) ?? [];
    first.signal('SIGTERM');
    expect(await first.exit).toBe(0);
    const second = launcher('--dispatchers', '2');
    await untilReady(second);
    expect(second.stdout()).not.toMatch(/bw_/);
    const models = await fetch(`http://127.0.0.1:${ports.agents}/v1/models`, { headers: { 'x-api-key': key } });
    expect(models.status).toBe(200);
    second.signal('SIGTERM');
    expect(await second.exit).toBe(0);
  }, 60_000);

  it('takes everything with it when it is killed', async () => {
    const gateway = launcher();
    await untilReady(gateway);
    const processes = await descendants(gateway.pid);
    gateway.signal('SIGKILL');
    await until(() => !processes.some(lives), `all of ${processes.join(', ')} have ended`);
    expect(processes.filter(lives)).toEqual([]);
  }, 60_000);

  it('refuses a second one on the same state', async () => {
    const first = launcher();
    await untilReady(first);
    const second = launcher();
    expect(await second.exit).toBe(1);
    expect(second.stderr()).toMatch(
      /^breakwater: Breakwater already runs on .* \(process \d+\): .*BREAKWATER_STATE_DIR.*\n$/,
    );
    first.signal('SIGTERM');
    expect(await first.exit).toBe(0);
  }, 60_000);

  it('names the port that is in use', async () => {
    const server = createServer().listen(ports.agents, '127.0.0.1');
    await once(server, 'listening');
    const gateway = launcher();
    expect(await gateway.exit).toBe(1);
    server.close();
    expect(gateway.stderr()).toBe(
      `breakwater: port ${ports.agents} on 127.0.0.1 is in use; set BREAKWATER_PORT to a free port\n`,
    );
  }, 20_000);

  it('refuses a wrong configuration in one line', async () => {
    const file = join(folder.path, 'wrong.yaml');
    await writeFile(file, 'routes: [{ id: nowhere, model: none, tiers: [[missing@channel]] }]');
    const gateway = launcher('--config', file);
    expect(await gateway.exit).toBe(1);
    expect(gateway.stderr()).toMatch(/^breakwater: policy: .*channels.*\n$/);
    expect(gateway.stdout()).toBe('');
  }, 30_000);
});
