import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '#libs/kernel';
import type { CallRecord, Simulator } from '#libs/simulators';
import { makeCall, type CallMade } from './caller.js';
import { natureOf, promptOf, type Cell } from './cell.js';
import type { RouteWanted } from './configuration.js';
import { judge, type Verdict } from './judge.js';
import { inLanes, shuffled } from './lanes.js';
import { observe } from './observation.js';
import { deadlinesOf, hungAfterMs } from './time-limits.js';
import { warmUp, warmUpRoutes } from './warm-up.js';
import { inWorld, type World } from './world.js';

export interface JudgedCell {
  readonly cell: Cell;
  readonly verdict: Verdict;
}

/** Cells of one gateway's life: more make its configuration and the simulators' log large. */
const CELLS_PER_WORLD = 300;
/** For providers to notice that the gateway has left. */
const SETTLE_MS = 500;

/** Runs each cell's call against the whole gateway, and judges it by what the providers and the caller saw. */
export async function runMatrix(
  cells: readonly Cell[],
  atOnce: number,
  onProgress: (done: number) => void,
): Promise<readonly JudgedCell[]> {
  // What takes long stands together in the list; at the same time it would take longer.
  const order = shuffled(cells, seededRandom(1));
  const verdicts = new Map<Cell, Verdict>();
  for (let from = 0; from < order.length; from += CELLS_PER_WORLD) {
    const batch = order.slice(from, from + CELLS_PER_WORLD);
    const wanted = { routes: [...warmUpRoutes, ...batch.map(routeOf)] };
    const judged = await inWorld(wanted, (world) => runBatch(world, batch, atOnce));
    for (const { cell, verdict } of judged) verdicts.set(cell, verdict);
    onProgress(verdicts.size);
  }
  return cells.flatMap((cell) => {
    const verdict = verdicts.get(cell);
    return verdict === undefined ? [] : [{ cell, verdict }];
  });
}

const routeOf = (cell: Cell): RouteWanted => ({
  id: cell.id,
  tiers: cell.targets.map((target) => [target]),
  deadlines: deadlinesOf(cell),
  conduct: { delivery: cell.delivery },
});

async function runBatch(world: World, cells: readonly Cell[], atOnce: number): Promise<readonly JudgedCell[]> {
  await warmUp(world);
  const calls = await inLanes(cells, atOnce, async (cell) => ({ cell, call: await callOf(world, cell) }));
  await delay(SETTLE_MS);
  const byModel = Map.groupBy(world.simulator.calls(), ({ model = '' }) => model);
  return calls.map(({ cell, call }) => {
    const versions = [...new Set(cell.targets.map(({ version }) => version))];
    const records = versions.flatMap((version) => byModel.get(version) ?? []);
    return { cell, verdict: judge(cell, observe(cell, call, records)) };
  });
}

function callOf({ gateway, simulator, agent }: World, cell: Cell): Promise<CallMade> {
  for (const { fault } of cell.targets) if (fault) simulator.setFault(fault);
  if (natureOf(cell) === 'passing') passAfterFirst(simulator, cell);
  const { surface, stream, id: route } = cell;
  const { url, key } = gateway;
  const wanted = { url, key, surface, route, stream, prompt: promptOf(cell), hungAfterMs: hungAfterMs(cell) };
  return makeCall(wanted, agent);
}

/** The first call that has met the fault ends it. */
function passAfterFirst(simulator: Simulator, { targets }: Cell): void {
  const [first] = targets;
  const fault = first?.fault;
  if (fault === undefined) return;
  const struck = ({ model, faults }: CallRecord): boolean => model === first?.version && faults.length > 0;
  // Where nobody calls, there is nothing to end.
  simulator.waitForCall(struck).then(
    () => simulator.setFault({ ...fault, percent: 0 }),
    () => undefined,
  );
}
