import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Simulated } from './simulation/simulate.fixture.js';

const HOURS = 1000;
const seeds = [11, 22, 33, 44];
/** As built: `npm test` builds first. */
const program = 'dist/libs/resilience/src/simulation/simulate.fixture.js';

async function simulate(seed: number): Promise<Simulated> {
  const args = [program, String(seed), String(HOURS / seeds.length)];
  // Ends with the broken law where there is one.
  const { stdout } = await promisify(execFile)(process.execPath, args);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by that program
  return JSON.parse(stdout) as Simulated;
}

describe('a thousand hours of random faults', () => {
  it('break no law, in less than a minute', async () => {
    const runs: Simulated[] = [];
    for (const seed of seeds) runs.push(await simulate(seed));
    const sum = (of: (run: Simulated) => number): number => runs.reduce((total, run) => total + of(run), 0);
    const seconds = sum((run) => run.seconds);
    const amplification = sum(({ totals }) => totals.outageAttempts) / sum(({ totals }) => totals.outageCalls);
    const worst = Math.max(...runs.map((run) => run.worst));
    process.stdout.write(
      `simulated ${HOURS} hours in ${seconds.toFixed(1)} s of CPU time: ${sum(({ totals }) => totals.calls)} calls, ` +
        `${sum(({ totals }) => totals.attempts)} attempts, ${sum(({ changes }) => changes)} changes of phase ` +
        `(${worst} in the worst ten minutes), ${sum(({ totals }) => totals.failed)} calls failed ` +
        `(${sum(({ totals }) => totals.unneeded)} although a target had long worked), ` +
        `${amplification.toFixed(3)} attempts a call in outages of everything\n`,
    );
    expect(amplification).toBeLessThanOrEqual(1.2);
    expect(worst).toBeLessThanOrEqual(12);
    expect(sum(({ changes }) => changes)).toBeGreaterThan(1000);
    expect(sum(({ totals }) => totals.unneeded)).toBe(0);
    // Of the simulation's own processes: how busy the machine is besides says nothing.
    expect(seconds).toBeLessThan(60);
  }, 600_000);
});
