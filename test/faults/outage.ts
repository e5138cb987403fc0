import { setTimeout as delay } from 'node:timers/promises';
import { makeCall, type CallMade } from './caller.js';
import { viewOf } from './caller-view.js';
import type { RouteWanted } from './configuration.js';
import { percentile } from './median.js';
import type { ModeResult } from './mode.js';
import { textTable } from './text-table.js';
import { warmUp, warmUpRoutes } from './warm-up.js';
import { inWorld, type World } from './world.js';

/** Ways for all targets to fail at once. */
const outages = [
  { kind: 'server-error' },
  { kind: 'overloaded', retryAfterSeconds: 1 },
  { kind: 'rate-limit' },
  { kind: 'reset' },
  { kind: 'hang' },
] as const;

interface Outage {
  readonly kind: string;
  readonly calls: number;
  readonly attempts: number;
  /** Provider attempts for each call. */
  readonly amplification: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Calls that got anything but one explicit error with Retry-After. */
  readonly strange: number;
}

const CALLS_A_SECOND = 60;
const MOST_AMPLIFICATION = 1.2;
const HUNG_AFTER_MS = 10_000;
const deadlines = { connect: 500, firstToken: 600, interToken: 600, attempt: 1000, total: 5000 };

/** Every target of every route fails for so long, under load: what providers get, and how soon callers are told. */
export function runOutage(seconds: number): Promise<ModeResult> {
  const routes = outages.map(({ kind }) => routeFor(kind));
  return inWorld({ routes: [...warmUpRoutes, ...routes] }, async (world) => {
    await warmUp(world);
    const seen: Outage[] = [];
    for (const outage of outages) seen.push(await suffer(world, outage, seconds));
    const right = seen.every(({ amplification, strange }) => amplification <= MOST_AMPLIFICATION && strange === 0);
    return { text: report(seen), json: seen, right };
  });
}

const routeFor = (kind: string): RouteWanted => {
  const id = `outage-${kind}`;
  const at = (channel: string, model = id) => [{ model, channel, version: `${model}-20260101` }];
  return { id, tiers: [at('openai-primary'), at('openai-backup'), at('anthropic-primary', `${id}-other`)], deadlines };
};

async function suffer(world: World, fault: (typeof outages)[number], seconds: number): Promise<Outage> {
  const { simulator } = world;
  const { kind } = fault;
  const routes = [`outage-${kind}`, `outage-${kind}-other`];
  for (const model of routes.map((id) => `${id}-20260101`)) simulator.setFault({ ...fault, channel: '*', model });
  const made = await underLoad(world, `outage-${kind}`, seconds);
  const attempts = simulator.calls().filter(({ model }) => routes.some((id) => model === `${id}-20260101`)).length;
  const times = made.map(({ sentAt, endedAt }) => endedAt - sentAt);
  return {
    kind,
    calls: made.length,
    attempts,
    amplification: attempts / made.length,
    p50Ms: percentile(times, 50),
    p99Ms: percentile(times, 99),
    strange: made.filter((call) => !isExplicit(call)).length,
  };
}

/** Open loop: a slow answer delays no later call. */
async function underLoad(world: World, route: string, seconds: number): Promise<readonly CallMade[]> {
  const { url, key } = world.gateway;
  const calls: Promise<CallMade>[] = [];
  const startedAt = performance.now();
  for (let number = 0; number < CALLS_A_SECOND * seconds; number += 1) {
    await delay(Math.max(0, startedAt + (number * 1000) / CALLS_A_SECOND - performance.now()));
    const call = { url, key, surface: 'openai-chat', route, prompt: `call ${number}` } as const;
    calls.push(makeCall({ ...call, stream: number % 2 === 0, hungAfterMs: HUNG_AFTER_MS }, world.agent));
  }
  return Promise.all(calls);
}

function isExplicit(call: CallMade): boolean {
  const view = viewOf('openai-chat', call);
  const named = view.error?.code.startsWith('targets_') === true;
  return view.end === 'error' && call.status >= 400 && named && Number(call.headers['retry-after']) > 0;
}

function report(seen: readonly Outage[]): string {
  const rows = seen.map(({ kind, calls, attempts, amplification, p50Ms, p99Ms, strange }) => [
    kind,
    String(calls),
    String(attempts),
    amplification.toFixed(3),
    p50Ms.toFixed(1),
    p99Ms.toFixed(1),
    String(strange),
  ]);
  return [
    textTable([
      ['outage of all targets', 'calls', 'attempts', 'attempts/call', 'p50 ms', 'p99 ms', 'no clear error'],
      ...rows,
    ]),
    '',
    `Retry amplification: at most ${Math.max(...seen.map(({ amplification }) => amplification)).toFixed(3)} (bar ${MOST_AMPLIFICATION})`,
    '',
  ].join('\n');
}
