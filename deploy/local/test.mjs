// @ts-check
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setUp } from './setup.mjs';
import { runNode } from './shell.mjs';

const folder = mkdtempSync(join(tmpdir(), 'breakwater-test-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** @param {string} file jest's results */
function countTests(file) {
  if (!existsSync(file)) return { passed: 0, failed: 0, skipped: 0 };
  const results = JSON.parse(readFileSync(file, 'utf8'));
  return {
    passed: results.numPassedTests,
    // A file that does not even load fails without a test to count.
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

const results = join(folder, 'results.json');
const code = await runNode(setUp(['nats', 'redis', 'postgres']), [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--json',
  `--outputFile=${results}`,
  ...process.argv.slice(2),
]);
const { passed, failed, skipped } = countTests(results);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = code === 0 && passed + failed === 0 ? 1 : code;
