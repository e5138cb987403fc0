import { Simulation } from './simulation.fixture.js';

/** What a run came to. */
export interface Simulated {
  readonly totals: Simulation['totals'];
  readonly changes: number;
  /** Changes of phase of one target in its worst ten minutes. */
  readonly worst: number;
  /** CPU time. */
  readonly seconds: number;
}

// A process of its own: `node simulate.fixture.js SEED HOURS`. The test runner makes global names slow.
const [seed = 1, hours = 1] = process.argv.slice(2).map(Number);
const simulation = new Simulation(seed);
simulation.run(hours);
const { totals, world } = simulation;
const worst = Math.max(...[...world.fleet.flapping.values()].map((check) => check.worst));
const simulated: Simulated = { totals, changes: world.fleet.changes, worst, seconds: process.cpuUsage().user / 1e6 };
process.stdout.write(JSON.stringify(simulated));
