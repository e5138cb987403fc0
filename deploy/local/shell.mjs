// @ts-check
// What the set-up scripts share. Plain JavaScript for any Node from 20: they run before Node 24 is installed.
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

// Not `import.meta.dirname`: Node 20 has it only from its eleventh release on.
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** @param {string} line */
export const say = (line) => void process.stderr.write(`breakwater: ${line}\n`);

/**
 * Ends the process: what went wrong and the fix, in one line.
 * @param {string} line
 * @returns {never}
 */
export function fail(line) {
  say(line);
  process.exit(1);
}

/**
 * Runs a command quietly; what it printed is shown only when it fails, and then we end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {string} failure
 */
export function run(command, args, failure) {
  const result = spawnSync(command, args, { cwd: root, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (result.status === 0) return;
  process.stderr.write(`${result.stdout ?? ''}${result.stderr ?? ''}`);
  fail(`${failure}${result.error ? ` (${result.error.message})` : ''}`);
}

/**
 * Runs Node as if it were us: same terminal, signals passed on. With `tether`, it learns by IPC when we are killed.
 * @param {{ node: string, env: NodeJS.ProcessEnv }} setUp
 * @param {readonly string[]} args
 * @param {{ tether?: boolean }} [options]
 * @returns {Promise<number>} its exit code
 */
export function runNode({ node, env }, args, { tether = false } = {}) {
  /** @type {import('node:child_process').StdioOptions} */
  const stdio = tether ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
  // npm's name for the folder it was called in: what paths on the command line are relative to.
  const child = spawn(node, args, { cwd: root, env: { INIT_CWD: process.cwd(), ...env }, stdio });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
