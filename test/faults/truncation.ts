import { seededRandom, type Random } from '#libs/kernel';
import type { FaultDefinition } from '#libs/simulators';
import { makeCall } from './caller.js';
import { viewOf } from './caller-view.js';
import type { RouteWanted } from './configuration.js';
import { inLanes } from './lanes.js';
import { reportTruncation, type FaultedStream } from './truncation-report.js';
import type { ModeResult } from './mode.js';
import { warmUp, warmUpRoutes } from './warm-up.js';
import { inWorld, type World } from './world.js';

/** Ways for an answer to end before it is whole, or to look so. */
const faults = [
  { kind: 'cut', mode: 'fin' },
  { kind: 'cut', mode: 'rst' },
  { kind: 'cut', mode: 'end' },
  { kind: 'missing-terminator' },
  { kind: 'stall' },
  { kind: 'error-event' },
  { kind: 'malformed-chunk' },
] as const satisfies readonly Omit<FaultDefinition, 'channel'>[];

/** Fewer than the failures in a row that open a target: every stream is to meet its fault. */
const STREAMS_PER_ROUTE = 50;
const TOKENS_OF_AN_ANSWER = 20;
const HUNG_AFTER_MS = 15_000;
const deadlines = { connect: 500, firstToken: 600, interToken: 300, attempt: 3000, total: 8000 };
/** Nothing that these streams meet takes a target out. */
const health = { consecutiveFailures: 100, minimumCalls: 10_000, failureRatio: 1 };
const deliveries = ['live', 'continued', 'committed'] as const;

interface Lane {
  readonly route: RouteWanted;
  readonly index: number;
  readonly streams: number;
}

/** Faulted streams at random points; none may look like a whole answer to its caller without being one. */
export async function runTruncation(streams: number, atOnce: number): Promise<ModeResult> {
  const lanes = lanesFor(streams);
  return inWorld({ routes: [...warmUpRoutes, ...lanes.map(({ route }) => route)], health }, async (world) => {
    await warmUp(world);
    const startedAt = performance.now();
    const seen = (await inLanes(lanes, atOnce, (lane) => runLane(world, lane))).flat();
    const right = seen.every(({ outcome }) => outcome === 'whole' || outcome === 'explicit error');
    const tookMs = Math.round(performance.now() - startedAt);
    return { text: reportTruncation(seen, tookMs), json: { streams: seen.length, tookMs, seen }, right };
  });
}

function lanesFor(streams: number): readonly Lane[] {
  return Array.from({ length: Math.ceil(streams / STREAMS_PER_ROUTE) }, (_, index) => {
    const id = `truncation-${index}`;
    const family = index % 2 === 0 ? 'openai' : 'anthropic';
    const at = (place: string) => [{ model: id, channel: `${family}-${place}`, version: `${id}-20260101` }];
    // Every other pair of routes has somewhere to go.
    const tiers = index % 4 < 2 ? [at('primary')] : [at('primary'), at('backup')];
    const conduct = { delivery: deliveries[Math.floor(index / 4) % deliveries.length] ?? 'live' };
    const left = streams - index * STREAMS_PER_ROUTE;
    return { route: { id, tiers, deadlines, conduct }, index, streams: Math.min(STREAMS_PER_ROUTE, left) };
  });
}

async function runLane(world: World, lane: Lane): Promise<readonly FaultedStream[]> {
  const random = seededRandom(lane.index + 1);
  const seen: FaultedStream[] = [];
  for (let number = 0; number < lane.streams; number += 1) seen.push(await runStream(world, lane, { number, random }));
  return seen;
}

async function runStream(
  { gateway: { url, key }, simulator, agent }: World,
  { route, index }: Lane,
  { number, random }: { readonly number: number; readonly random: Random },
): Promise<FaultedStream> {
  const fault = faults[Math.floor(random() * faults.length)] ?? faults[0];
  const place = route.tiers[0]?.[0];
  if (place === undefined) throw new Error('a route without a target');
  const { channel, version: model } = place;
  const afterTokens =
    fault.kind === 'missing-terminator' ? {} : { afterTokens: Math.floor(random() * TOKENS_OF_AN_ANSWER) };
  simulator.setFault({ ...fault, ...afterTokens, id: route.id, channel, model });
  const surface = (index + number) % 3 === 0 ? 'anthropic-messages' : 'openai-chat';
  const prompt = `stream ${number} of ${route.id}: one two three four five six seven eight nine ten eleven`;
  const call = { url, key, surface, route: route.id, stream: true, prompt, hungAfterMs: HUNG_AFTER_MS } as const;
  const view = viewOf(surface, await makeCall(call, agent));
  const whole = view.text.startsWith('Simulated answer from ') && view.text.endsWith(`: you said "${prompt}".`);
  const how = 'mode' in fault ? `${fault.kind} ${fault.mode}` : fault.kind;
  const delivery = route.conduct?.delivery ?? 'live';
  return { fault: how, delivery, outcome: outcomeOf(view.end, whole) };
}

function outcomeOf(end: ReturnType<typeof viewOf>['end'], whole: boolean): FaultedStream['outcome'] {
  if (end === 'whole') return whole ? 'whole' : 'truncated as success';
  return end === 'error' ? 'explicit error' : end;
}
