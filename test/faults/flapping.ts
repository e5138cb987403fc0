import { setTimeout as delay } from 'node:timers/promises';
import { isJsonObject } from '#libs/kernel';
import { makeCall } from './caller.js';
import { viewOf } from './caller-view.js';
import type { RouteWanted } from './configuration.js';
import type { ModeResult } from './mode.js';
import { textTable } from './text-table.js';
import { warmUp, warmUpRoutes } from './warm-up.js';
import { inWorld, type World } from './world.js';

/** How long a target works, and how long it then fails. */
const periods = [
  { id: 'flapping-1s', upMs: 1000, downMs: 1000 },
  { id: 'flapping-3s', upMs: 3000, downMs: 3000 },
  { id: 'flapping-10s', upMs: 10_000, downMs: 10_000 },
] as const;

interface Flapping {
  readonly id: string;
  readonly calls: number;
  readonly notAnswered: number;
  /** Calls that the flapping target got. */
  readonly attempts: number;
  readonly changesPerMinute: number;
}

const CALLS_A_SECOND = 10;
const MOST_CHANGES = 1;
const LOOK_EVERY_MS = 200;
const HUNG_AFTER_MS = 10_000;
const deadlines = { connect: 500, firstToken: 1500, interToken: 1500, attempt: 3000, total: 8000 };

/** A target that comes and goes, beside one that works: no call fails, and the first is not chased in and out. */
export function runFlapping(minutes: number): Promise<ModeResult> {
  return inWorld({ routes: [...warmUpRoutes, ...periods.map(({ id }) => routeFor(id))] }, async (world) => {
    await warmUp(world);
    const untilMs = performance.now() + minutes * 60_000;
    const changes = countChanges(world, untilMs);
    const flapping = Promise.all(periods.map((period) => flap(world, period, untilMs)));
    const made = await Promise.all(periods.map(({ id }) => callUntil(world, id, untilMs)));
    await flapping;
    const counted = await changes;
    const seen = periods.map(({ id }, index): Flapping => {
      const calls = made[index] ?? [];
      const attempts = world.simulator
        .calls({ channel: 'openai-primary' })
        .filter(({ model }) => model === versionOf(id));
      return {
        id,
        calls: calls.length,
        notAnswered: calls.filter((whole) => !whole).length,
        attempts: attempts.length,
        changesPerMinute: (counted.get(`${id}@openai-primary`) ?? 0) / minutes,
      };
    });
    const right = seen.every((one) => one.changesPerMinute <= MOST_CHANGES && one.notAnswered === 0);
    return { text: report(seen), json: seen, right };
  });
}

const versionOf = (id: string): string => `${id}-20260101`;

function routeFor(id: string): RouteWanted {
  const at = (channel: string) => [{ model: id, channel, version: versionOf(id) }];
  return { id, tiers: [at('openai-primary'), at('openai-backup')], deadlines };
}

async function flap(
  { simulator }: World,
  { id, upMs, downMs }: (typeof periods)[number],
  untilMs: number,
): Promise<void> {
  while (performance.now() < untilMs) {
    await delay(upMs);
    simulator.setFault({
      id,
      channel: 'openai-primary',
      model: versionOf(id),
      kind: 'server-error',
      durationMs: downMs,
    });
    await delay(downMs);
  }
}

/** Whether each call was answered whole. */
async function callUntil(
  { gateway: { url, key }, agent }: World,
  route: string,
  untilMs: number,
): Promise<readonly boolean[]> {
  const calls: Promise<boolean>[] = [];
  while (performance.now() < untilMs) {
    const wanted = { url, key, surface: 'openai-chat', route, stream: calls.length % 2 === 0 } as const;
    const call = makeCall({ ...wanted, prompt: `call ${calls.length}`, hungAfterMs: HUNG_AFTER_MS }, agent);
    calls.push(call.then((made) => viewOf('openai-chat', made).end === 'whole'));
    await delay(1000 / CALLS_A_SECOND);
  }
  return Promise.all(calls);
}

/** Changes of each target's state, as its operator sees them. */
async function countChanges({ gateway }: World, untilMs: number): Promise<ReadonlyMap<string, number>> {
  const phases = new Map<string, string>();
  const changes = new Map<string, number>();
  while (performance.now() < untilMs) {
    const response = await fetch(`${gateway.consoleUrl}/targets`, { headers: { 'x-api-key': gateway.key } });
    for (const { id, phase } of targetsIn(await response.json())) {
      const before = phases.get(id);
      phases.set(id, phase);
      if (before !== undefined && before !== phase) changes.set(id, (changes.get(id) ?? 0) + 1);
    }
    await delay(LOOK_EVERY_MS);
  }
  return changes;
}

function targetsIn(answer: unknown): readonly { readonly id: string; readonly phase: string }[] {
  const targets: unknown = isJsonObject(answer) ? answer['targets'] : undefined;
  if (!Array.isArray(targets)) return [];
  return targets.filter(isJsonObject).map(({ id, phase }) => ({ id: String(id), phase: String(phase) }));
}

function report(seen: readonly Flapping[]): string {
  const rows = seen.map(({ id, calls, notAnswered, attempts, changesPerMinute }) => [
    id,
    String(calls),
    String(notAnswered),
    String(attempts),
    changesPerMinute.toFixed(2),
  ]);
  return [
    textTable([['target', 'calls', 'not answered', 'attempts at it', 'changes a minute'], ...rows]),
    '',
    `State changes: at most ${Math.max(...seen.map((one) => one.changesPerMinute)).toFixed(2)} a minute and target (bar ${MOST_CHANGES})`,
    '',
  ].join('\n');
}
