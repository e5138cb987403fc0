import { setTimeout as delay } from 'node:timers/promises';
import type { CallRecord } from '#libs/simulators';
import { makeCall, type CallMade } from './caller.js';
import { promptOf, type Cell } from './cell.js';
import type { RouteWanted } from './configuration.js';
import { judge, type Verdict } from './judge.js';
import { observe } from './observation.js';
import { deadlinesOf, hungAfterMs } from './time-limits.js';
import { warmUp, warmUpRoutes } from './warm-up.js';
import { startWorld, type World } from './world.js';

export interface JudgedCell {
  readonly cell: Cell;
  readonly verdict: Verdict;
}

export interface MatrixOptions {
  readonly atOnce: number;
  /** Hears how many cells are done. */
  readonly onProgress: (done: number) => void;
}

/** Cells of one gateway's life: more make its configuration slow to check and its log large. */
const CELLS_PER_WORLD = 400;
/** For providers to notice that the gateway has left. */
const SETTLE_MS = 500;

/** Runs each cell's call against the whole gateway, and judges it by what the providers and the caller saw. */
export async function runMatrix(cells: readonly Cell[], options: MatrixOptions): Promise<readonly JudgedCell[]> {
  const judged: JudgedCell[] = [];
  for (let from = 0; from < cells.length; from += CELLS_PER_WORLD) {
    const batch = cells.slice(from, from + CELLS_PER_WORLD);
    const world = await startWorld({ routes: [...warmUpRoutes, ...batch.map(routeOf)] });
    try {
      await warmUp(world);
      judged.push(...(await runBatch(world, batch, options)));
    } finally {
      await world.stop();
    }
    options.onProgress(judged.length);
  }
  return judged;
}

const routeOf = (cell: Cell): RouteWanted => ({
  id: cell.id,
  tiers: cell.targets.map((target) => [target]),
  deadlines: deadlinesOf(cell),
  conduct: { delivery: cell.delivery },
});

async function runBatch(
  world: World,
  cells: readonly Cell[],
  { atOnce }: MatrixOptions,
): Promise<readonly JudgedCell[]> {
  const calls = new Map<Cell, CallMade>();
  const waiting = [...cells];
  const work = async (): Promise<void> => {
    for (let cell = waiting.shift(); cell !== undefined; cell = waiting.shift()) {
      calls.set(cell, await callOf(world, cell));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  await delay(SETTLE_MS);
  const records = byModel(world.simulator.calls());
  return [...calls].map(([cell, call]) => {
    const seen = new Set(cell.targets.map(({ version }) => version));
    return {
      cell,
      verdict: judge(
        cell,
        observe(
          cell,
          call,
          [...seen].flatMap((version) => records.get(version) ?? []),
        ),
      ),
    };
  });
}

function callOf({ gateway, simulator, agent }: World, cell: Cell): Promise<CallMade> {
  for (const { fault } of cell.targets) if (fault) simulator.setFault(fault);
  const { surface, stream, id: route } = cell;
  const { url, key } = gateway;
  const wanted = { url, key, surface, route, stream, prompt: promptOf(cell), hungAfterMs: hungAfterMs(cell) };
  return makeCall(wanted, agent);
}

function byModel(records: readonly CallRecord[]): ReadonlyMap<string, readonly CallRecord[]> {
  return Map.groupBy(records, ({ model = '' }) => model);
}
