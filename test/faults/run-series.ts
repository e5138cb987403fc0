import { setTimeout as delay } from 'node:timers/promises';
import { makeCall, wallClock, type CallMade } from './caller.js';
import { viewOf } from './caller-view.js';
import type { RouteWanted } from './configuration.js';
import { judgeSeries, type SeriesCall, type SeriesSeen } from './judge-series.js';
import { inLanes } from './lanes.js';
import type { Series } from './series.js';
import { warmUp, warmUpRoutes } from './warm-up.js';
import { inWorld, type World } from './world.js';

export interface JudgedSeries {
  readonly series: Series;
  readonly seen: SeriesSeen;
  readonly wrong: readonly string[];
}

const CALLS_A_SECOND = 8;
const AT_ONCE = 8;
const HUNG_AFTER_MS = 18_000;
const deadlines = { connect: 1000, firstToken: 2500, interToken: 2500, attempt: 4000, total: 14_000 };
/** Quick, so that a recovery is seen within a phase. */
const health = { consecutiveFailures: 3, openMs: 800, maxOpenMs: 2000, rampStepMs: 400, probeOpenMs: 1000 };
const SETTLE_MS = 300;

/** Runs every series under a light load of all kinds of calls. */
export async function runSeries(all: readonly Series[]): Promise<readonly JudgedSeries[]> {
  if (all.length === 0) return [];
  return inWorld({ routes: [...warmUpRoutes, ...all.map(routeOf)], health }, async (world) => {
    await warmUp(world);
    return inLanes(all, AT_ONCE, async (series) => {
      const seen = await watch(world, series);
      return { series, seen, wrong: judgeSeries(series, seen) };
    });
  });
}

const idOf = ({ name, fault }: Series): string => `${fault}-${name.replaceAll(/[^a-z0-9]+/gi, '-')}`;
const modelOf = (series: Series, letter: string): string => idOf(series) + (letter === 'a' ? '' : `-${letter}`);
const versionOf = (model: string): string => `${model}-20260101`;

function routeOf(series: Series): RouteWanted {
  const tiers = series.targets.map(({ model: letter, channel }) => {
    const model = modelOf(series, letter);
    return [{ model, channel, version: versionOf(model) }];
  });
  return { id: idOf(series), tiers, deadlines, ...(series.conduct ? { conduct: series.conduct } : {}) };
}

async function watch(world: World, series: Series): Promise<SeriesSeen> {
  const startedAt = wallClock();
  const ends = series.phases.map((_, index) =>
    series.phases.slice(0, index + 1).reduce((sum, { ms }) => sum + ms, startedAt),
  );
  const phaseAt = (at: number): number => {
    const phase = ends.findIndex((end) => at < end);
    return phase < 0 ? ends.length - 1 : phase;
  };
  const calls: Promise<SeriesCall>[] = [];
  for (const [index, { ms, faults }] of series.phases.entries()) {
    faults.forEach((strikes, target) => strikeTarget(world, series, { target, strikes, durationMs: ms }));
    const end = ends[index] ?? 0;
    while (wallClock() < end) {
      calls.push(callOf(world, series, calls.length).then((made) => ({ ...made, phase: phaseAt(made.sentAt) })));
      await delay(1000 / CALLS_A_SECOND);
    }
  }
  const made = await Promise.all(calls);
  await delay(SETTLE_MS);
  return { calls: made, attempts: attemptsOf(world, series, phaseAt) };
}

interface Strike {
  readonly target: number;
  readonly strikes: Series['phases'][number]['faults'][number];
  readonly durationMs: number;
}

function strikeTarget({ simulator }: World, series: Series, { target, strikes, durationMs }: Strike): void {
  const place = series.targets[target];
  if (place === undefined) return;
  const { channel } = place;
  const model = versionOf(modelOf(series, place.model));
  strikes.forEach(({ afterTokens, ...fault }, number) => {
    const tokens = typeof afterTokens === 'number' ? { afterTokens } : {};
    const seed = target * 100 + number + 1;
    simulator.setFault({ seed, ...fault, ...tokens, id: `${model}@${channel}:${number}`, channel, model, durationMs });
  });
}

async function callOf(world: World, series: Series, number: number): Promise<SeriesCall & Pick<CallMade, 'sentAt'>> {
  const { url } = world.gateway;
  const key = world.tenantKeys[number % world.tenantKeys.length] ?? world.gateway.key;
  const surface = number % 4 < 2 ? 'openai-chat' : 'anthropic-messages';
  const prompt = `call ${number} of ${idOf(series)}: one two three four five`;
  const wanted = {
    url,
    key,
    surface,
    route: idOf(series),
    stream: number % 2 === 0,
    prompt,
    hungAfterMs: HUNG_AFTER_MS,
  } as const;
  const made = await makeCall(wanted, world.agent);
  const view = viewOf(surface, made);
  return {
    phase: 0,
    view,
    whole:
      view.end === 'whole' && view.text.startsWith('Simulated answer') && view.text.endsWith(`you said "${prompt}".`),
    retryAfter: Number(made.headers['retry-after'] ?? 0),
    tookMs: made.endedAt - made.sentAt,
    sentAt: made.sentAt,
  };
}

function attemptsOf({ simulator }: World, series: Series, phaseAt: (at: number) => number): SeriesSeen['attempts'] {
  const places = series.targets.map(({ model, channel }) => ({ channel, version: versionOf(modelOf(series, model)) }));
  return simulator.calls().flatMap(({ channel, model, startedAt }) => {
    const target = places.findIndex((place) => place.channel === channel && place.version === model);
    return target < 0 ? [] : [{ target, phase: phaseAt(startedAt) }];
  });
}
