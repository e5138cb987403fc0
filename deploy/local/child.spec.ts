import { EventEmitter, once } from 'node:events';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Child, restartDelay } from './child.js';
import type { ProcessSpec } from './process-run.js';

const script = (text: string): ProcessSpec => ({
  name: 'worker',
  command: process.execPath,
  args: ['--eval', text],
  env: {},
  readiness: { by: 'message' },
});

const serving = script('process.send({ ready: true }); setInterval(() => {}, 1000)');

let child: Child;
afterEach(() => child.stop(1_000));

function supervise(spec: ProcessSpec, restart = false): EventEmitter {
  const output = new EventEmitter();
  child = new Child(spec, { restart, log: (name, line) => void output.emit(name, line) });
  return output;
}

describe('Child', () => {
  it('is ready when the process says so, and gone when it is stopped', async () => {
    supervise(serving);
    await child.start();
    expect(child.ready).toBe(true);
    const pid = child.pid ?? 0;
    await child.stop(1_000);
    expect(child.pid).toBeUndefined();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  it('tells why a process did not start, in its own words', async () => {
    supervise(
      script('console.log("noise"); console.error("breakwater worker: no such route; add it"); process.exit(1)'),
    );
    await expect(child.start()).rejects.toThrow(/^worker: no such route; add it$/);
  });

  it('tells when a program is missing', async () => {
    supervise({ ...serving, command: 'no-such-program' });
    await expect(child.start()).rejects.toThrow(/cannot run no-such-program/);
  });

  it('makes a process end that does not want to', async () => {
    supervise(script('process.on("SIGTERM", () => {}); process.send({ ready: true }); setInterval(() => {}, 1000)'));
    await child.start();
    await child.stop(100);
    expect(child.pid).toBeUndefined();
  });

  it('starts a process again that dies', async () => {
    const output = supervise(
      script('console.log("up"); process.send({ ready: true }); setInterval(() => {}, 1000)'),
      true,
    );
    await child.start();
    const [first, again, noted] = [child.pid, once(output, 'worker'), once(output, 'breakwater')];
    child.signal('SIGKILL');
    expect(await noted).toEqual(['worker ended (SIGKILL); starting it again in 250 ms']);
    await again;
    expect(child.pid).not.toBe(first);
  });

  it('does not start a process again that is being stopped', async () => {
    const output = supervise(serving, true);
    await child.start();
    const noted = once(output, 'breakwater');
    child.signal('SIGKILL');
    await noted;
    await child.stop(1_000);
    expect(child.pid).toBeUndefined();
  });
});

describe('restartDelay', () => {
  it('grows to half a minute and no further', () => {
    expect([1, 2, 3, 6, 60].map(restartDelay)).toEqual([250, 1_000, 2_000, 30_000, 30_000]);
  });
});
