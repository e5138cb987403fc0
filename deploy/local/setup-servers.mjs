// @ts-check
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fail, run, say } from './shell.mjs';

/** @typedef {'nats' | 'redis' | 'postgres'} ServerName */

/**
 * `given`: the variable that makes an own server unnecessary. `named`: the variable that names the binary.
 * @type {Record<ServerName, { binary: string, named: string, given?: string, apt: string, brew: string }>}
 */
const catalogue = {
  nats: { binary: 'nats-server', named: 'NATS_SERVER_BIN', given: 'NATS_URL', apt: 'nats-server', brew: 'nats-server' },
  redis: { binary: 'redis-server', named: 'REDIS_SERVER_BIN', given: 'REDIS_URL', apt: 'redis-server', brew: 'redis' },
  postgres: { binary: 'initdb', named: 'POSTGRES_INITDB_BIN', apt: 'postgresql', brew: 'postgresql' },
};

/** Debian keeps PostgreSQL's server programs off the path, one folder a version. */
function postgresFolders() {
  const base = '/usr/lib/postgresql';
  return existsSync(base) ? readdirSync(base).map((version) => join(base, version, 'bin')) : [];
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * @param {ServerName} name
 * @returns {string | undefined} the path of its binary
 */
function find(name) {
  const { binary, named } = catalogue[name];
  const chosen = process.env[named];
  if (chosen) return isExecutable(chosen) ? chosen : fail(`${named}=${chosen} is no executable file`);
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/usr/local/bin', ...postgresFolders()];
  return folders.map((folder) => join(folder, binary)).find(isExecutable);
}

const policyFile = '/usr/sbin/policy-rc.d';

/**
 * Keeps what is installed from starting as a system service; a policy that is there already is the administrator's word.
 * @param {() => void} install
 */
function withoutStartingServices(install) {
  const ours = !existsSync(policyFile);
  const clean = () => ours && rmSync(policyFile, { force: true });
  // A handler, even an empty one, keeps Ctrl-C from ending us before the policy is removed; the installer gets it and ends.
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  const ignore = () => {};
  signals.forEach((signal) => process.on(signal, ignore));
  process.once('exit', clean);
  if (ours) writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  install();
  clean();
  process.off('exit', clean);
  signals.forEach((signal) => process.off(signal, ignore));
}

/** @param {readonly ServerName[]} names */
function install(names) {
  const packages = names.map((name) => catalogue[name].apt);
  const missing = names.map((name) => catalogue[name].binary).join(', ');
  if (process.platform === 'darwin') {
    fail(`missing: ${missing}. Run: brew install ${names.map((name) => catalogue[name].brew).join(' ')}`);
  }
  const hasApt = spawnSync('apt-get', ['--version']).status === 0;
  if (!hasApt) fail(`missing: ${missing}. Install ${packages.join(', ')} with your system's package manager`);
  if (process.getuid?.() !== 0) {
    fail(`missing: ${missing}. Run: sudo apt-get update && sudo apt-get install -y ${packages.join(' ')}`);
  }
  say(`installing ${packages.join(', ')} (apt-get)`);
  process.env.DEBIAN_FRONTEND = 'noninteractive';
  withoutStartingServices(() => {
    run('apt-get', ['update'], 'apt-get update failed; its output stands above');
    const args = ['install', '-y', '--no-install-recommends', ...packages];
    run('apt-get', args, 'apt-get install failed; its output stands above');
  });
}

/** @param {string} binary */
function requireNats29(binary) {
  const version = /v?(\d+)\.(\d+)\.\d+/.exec(spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout ?? '');
  const [, major, minor] = (version ?? []).map(Number);
  if (major === undefined || minor === undefined) fail(`${binary} --version printed no version: is it nats-server?`);
  if (major < 2 || (major === 2 && minor < 9)) {
    fail(`${binary} is ${version?.[0]}, too old: set NATS_SERVER_BIN to a nats-server 2.9 or newer`);
  }
}

/**
 * Finds each server's binary and installs what is missing, where that is allowed.
 * @param {readonly ServerName[]} names
 * @returns {Record<string, string>} variables that name the binaries
 */
export function provideServers(names) {
  const needed = names.filter((name) => !process.env[catalogue[name].given ?? '']);
  const missing = needed.filter((name) => find(name) === undefined);
  if (missing.length > 0) install(missing);
  const found = needed.map((name) => {
    const binary = find(name) ?? fail(`${catalogue[name].binary} is still missing; set ${catalogue[name].named}`);
    if (name === 'nats') requireNats29(binary);
    return [catalogue[name].named, binary];
  });
  return Object.fromEntries(found);
}
