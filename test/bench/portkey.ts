import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { checkout } from '../../deploy/local/checkout.js';
import type { ProcessSpec } from '../../deploy/local/process-run.js';
import { StartFailure } from '../../deploy/local/start-failure.js';

const folder = join(checkout, '.breakwater/bench/portkey');

/** Portkey's gateway on its own server for Node; installed first, where it is not yet. */
export async function portkeyProcess(port: number): Promise<ProcessSpec> {
  await install();
  const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  return {
    name: 'portkey',
    command: process.execPath,
    args: [script, '--headless', `--port=${port}`],
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production' },
    readiness: { by: 'line', text: 'Ready for connections', verify: () => Promise.resolve() },
  };
}

/** Into a folder of its own: nothing of Breakwater depends on it. */
async function install(): Promise<void> {
  const wanted = await readFile(join(checkout, 'test/bench/portkey/package.json'), 'utf8');
  const stamp = join(folder, 'installed.json');
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === wanted) return;
  process.stderr.write('installing Portkey for the comparison (npm install)\n');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), wanted);
  const args = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await promisify(execFile)('npm', args, { cwd: folder }).catch((error: unknown) => {
    throw new StartFailure(`cannot install Portkey: ${error instanceof Error ? error.message : String(error)}`);
  });
  await writeFile(stamp, wanted);
}
