// @ts-check
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { provideServers } from './setup-servers.mjs';
import { fail, root, run, say } from './shell.mjs';

const packagesStamp = join(root, 'node_modules/.breakwater-stamp');
const buildStamp = join(root, 'dist/.breakwater-stamp');

function packagesHash() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const lock = join(root, 'package-lock.json');
  return createHash('sha256')
    .update(JSON.stringify([dependencies, devDependencies]))
    .update(existsSync(lock) ? readFileSync(lock) : '')
    .digest('hex');
}

function installPackages() {
  if (existsSync(packagesStamp) && readFileSync(packagesStamp, 'utf8') === packagesHash()) return;
  say('installing packages (npm install); the first time takes about a minute');
  // Not `npm ci`: it refuses a lockfile that lacks another platform's optional packages.
  run('npm', ['install', '--include=dev', '--no-audit', '--no-fund'], 'npm install failed; its output stands above');
  writeFileSync(packagesStamp, packagesHash());
}

/** The `node` package's Node, else the one that runs this, if either is new enough. */
function findNode() {
  for (const candidate of [join(root, 'node_modules/.bin/node'), process.execPath]) {
    const { stdout } = spawnSync(candidate, ['--version'], { encoding: 'utf8' });
    if (Number.parseInt(stdout?.slice(1) ?? '', 10) >= 24) return candidate;
  }
  return fail('no Node 24: run `npm rebuild node --ignore-scripts=false`, or start with Node 24 or newer');
}

/**
 * The latest change at or below a path. Folders count too: theirs tells of removed files.
 * @param {string} path
 * @returns {number} milliseconds
 */
function lastChange(path) {
  const entry = statSync(path, { throwIfNoEntry: false });
  if (!entry?.isDirectory()) return entry?.mtimeMs ?? 0;
  return Math.max(entry.mtimeMs, ...readdirSync(path).map((name) => lastChange(join(path, name))));
}

/** @param {string} node */
function build(node) {
  const sources = [
    'deploy',
    'libs',
    'services',
    'test/bench',
    'test/faults',
    'test/support',
    'package.json',
    'tsconfig.json',
  ];
  const changed = Math.max(...sources.map((source) => lastChange(join(root, source))));
  if (existsSync(buildStamp) && statSync(buildStamp).mtimeMs >= changed) return;
  say('building');
  const startedAt = new Date();
  run(node, ['node_modules/typescript/bin/tsc', '-p', 'deploy/tsconfig.build.json'], 'the build failed; see above');
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(buildStamp, '');
  // A file saved while the compiler ran must count as newer than the build.
  utimesSync(buildStamp, startedAt, startedAt);
}

/**
 * Packages, Node 24, servers, build: each only where something is missing or has changed.
 * @param {readonly import('./setup-servers.mjs').ServerName[]} servers
 * @returns {{ node: string, env: NodeJS.ProcessEnv }} the Node to use, and the environment with the servers' binaries
 */
export function setUp(servers) {
  installPackages();
  const node = findNode();
  const env = { ...process.env, ...provideServers(servers) };
  build(node);
  return { node, env };
}
