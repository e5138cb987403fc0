import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';

const lifecycle = `import { onStop, reportReady, reportFailure } from './dist/libs/platform/src/process-lifecycle.js';`;
/** A service of one module, started as all are. */
const worker = (module: string): string => `
  import { Module } from '@nestjs/common';
  import { bootstrapWorker, BusModule } from '#libs/platform';
  class Keeper {
    onModuleDestroy() { console.log('destroyed'); }
    beforeApplicationShutdown() { console.log('shut'); }
  }
  class Probe {}
  Module(${module})(Probe);
  await bootstrapWorker(Probe, 'probe');
  setInterval(() => {}, 1000);`;

const children: ChildProcess[] = [];
afterEach(async () => {
  await Promise.all(
    children.splice(0).map(async (child) => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'exit');
    }),
  );
});

const printed = async (stream: Readable | null): Promise<string> => (stream ? text(stream) : '');

/** A real process of the build, with an IPC channel, as the launcher starts it. */
function start(script: string, env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    env,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  children.push(child);
  const exited = once(child, 'exit').then(([code, signal]: unknown[]) => ({ code, signal }));
  return { child, exited, ready: once(child, 'message'), stdout: printed(child.stdout), stderr: printed(child.stderr) };
}

/** Serves until it is stopped, and says so. */
const serving = (stop: string): string => `${lifecycle}
  setInterval(() => {}, 1000);
  onStop(async () => { ${stop} });
  reportReady({ port: 4711 });`;

describe('a process of ours', () => {
  it('tells its parent that work can begin, and with what', async () => {
    const { ready } = start(serving(''));
    expect(await ready).toEqual([{ ready: true, port: 4711 }, undefined]);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('finishes its work at %s and ends well', async (signal) => {
    const { child, ready, exited, stdout } = start(serving('await null; console.log("stopped");'));
    await ready;
    child.kill(signal);
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(await stdout).toBe('stopped\n');
  });

  it('ends when the parent that started it is gone', async () => {
    const { child, ready, exited, stdout } = start(serving('console.log("stopped");'));
    await ready;
    child.disconnect();
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(await stdout).toBe('stopped\n');
  });

  it('stops once, whatever else tells it to while it finishes', async () => {
    const { child, ready, exited, stdout } = start(
      serving(`
        const finish = new Promise((resolve) => process.once('SIGUSR2', resolve));
        console.log('stopping');
        await finish;`),
    );
    await ready;
    child.kill('SIGTERM');
    await once(child.stdout ?? child, 'data');
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) child.kill(signal);
    child.disconnect();
    child.kill('SIGUSR2');
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(await stdout).toBe('stopping\n');
  });

  it('says that it did not stop well', async () => {
    const { child, ready, exited } = start(serving('throw new Error("a drain that failed");'));
    await ready;
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 1, signal: null });
  });

  it('works without a parent', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', `${lifecycle} reportReady({});`], {
      stdio: 'ignore',
    });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('says why it cannot start, in one line, and exits with 1', async () => {
    const { exited, stderr, stdout } = start(`${lifecycle} reportFailure('probe', new Error('port 80 is in use'));`);
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(await stderr).toBe('breakwater probe: port 80 is in use\n');
    expect(await stdout).toBe('');
  });
});

describe('bootstrapWorker', () => {
  it('is ready, and stops its module when it is told to', async () => {
    const { child, ready, exited, stdout } = start(worker('{ providers: [Keeper] }'), { NATS_URL: 'nats://unused' });
    expect(await ready).toEqual([{ ready: true }, undefined]);
    child.kill('SIGTERM');
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(await stdout).toBe('destroyed\nshut\n');
  });

  it('refuses a wrong environment in one line that names every mistake', async () => {
    const { exited, stderr } = start(worker('{}'), { BREAKWATER_INSTANCE: 'a b', BREAKWATER_LOG_LEVEL: 'loud' });
    expect(await exited).toEqual({ code: 1, signal: null });
    const line = await stderr;
    expect(line).toMatch(/^breakwater probe: wrong environment: .*\n$/);
    const names = ['NATS_URL', 'BREAKWATER_INSTANCE', 'BREAKWATER_LOG_LEVEL'];
    expect(names.filter((name) => !line.includes(name))).toEqual([]);
  });

  it('says in one line that its broker does not answer, without the password', async () => {
    const env = { NATS_URL: 'nats://me:hunter2@127.0.0.1:1', BREAKWATER_LOG_LEVEL: 'silent' };
    const { exited, stderr, stdout } = start(worker('{ imports: [BusModule] }'), env);
    expect(await exited).toEqual({ code: 1, signal: null });
    expect(await stderr).toMatch(/^breakwater probe: NATS does not answer at 127\.0\.0\.1:1; .*\n$/);
    expect((await stderr) + (await stdout)).not.toContain('hunter2');
  });
});
