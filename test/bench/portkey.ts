import { execFile } from 'node:child_process';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isJsonObject, parseJson } from '#libs/kernel';
import { checkout } from '../../deploy/local/checkout.js';
import type { ProcessSpec } from '../../deploy/local/process-run.js';
import { StartFailure } from '../../deploy/local/start-failure.js';

const PACKAGE = '@portkey-ai/gateway';
const source = join(checkout, 'test/bench/portkey/package.json');
const folder = join(checkout, '.breakwater/bench/portkey');
const installed = join(folder, 'node_modules', PACKAGE);

/** Portkey's gateway on its own server for Node; installed first, where it is not yet. */
export async function portkeyProcess(port: number): Promise<ProcessSpec> {
  await install();
  return {
    name: 'portkey',
    command: process.execPath,
    args: [join(installed, 'build/start-server.js'), '--headless', `--port=${port}`],
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production' },
    readiness: { by: 'line', text: 'Ready for connections', verify: () => Promise.resolve() },
  };
}

/** Into a folder of its own: nothing of Breakwater depends on it. */
async function install(): Promise<void> {
  const wanted = (await read(source))['dependencies'];
  const version = isJsonObject(wanted) ? wanted[PACKAGE] : undefined;
  if (version === (await read(join(installed, 'package.json')))['version']) return;
  process.stderr.write(`installing ${PACKAGE} ${String(version)} for the comparison (npm install)\n`);
  await mkdir(folder, { recursive: true });
  await copyFile(source, join(folder, 'package.json'));
  const args = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'];
  await promisify(execFile)('npm', args, { cwd: folder }).catch((error: unknown) => {
    throw new StartFailure(`cannot install ${PACKAGE}: ${error instanceof Error ? error.message : String(error)}`);
  });
}

async function read(file: string) {
  const content = parseJson(await readFile(file, 'utf8').catch(() => ''));
  return isJsonObject(content) ? content : {};
}
