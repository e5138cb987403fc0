import type { FaultDefinition } from '#libs/simulators';
import { makeCall } from './caller.js';
import { viewOf } from './caller-view.js';
import type { RouteWanted } from './configuration.js';
import { median, percentile } from './median.js';
import type { ModeResult } from './mode.js';
import { ProviderMoments, type FailedOver } from './provider-moments.js';
import { textTable } from './text-table.js';
import { warmUp, warmUpRoutes } from './warm-up.js';
import { inWorld, type World } from './world.js';

interface Measured {
  readonly fault: string;
  readonly stream: boolean;
  readonly calls: number;
  /** From the last byte of the failed attempt to the first of the next one's request, as the providers saw them. */
  readonly gapMs: number;
  readonly gapP99Ms: number;
  /** What the caller waited longer than for a call without a fault. */
  readonly addedMs: number;
  /** What the failed attempt itself took, or the deadline that had to pass. */
  readonly failedMs: number;
}

const immediate = [
  { kind: 'server-error' },
  { kind: 'overloaded' },
  { kind: 'reset' },
  { kind: 'error-event', afterTokens: 0, stream: true },
] as const satisfies readonly Omit<FaultDefinition, 'channel'>[];
const silences = [{ kind: 'hang' }] as const;
const kinds = [...immediate, ...silences];

const MOST_ADDED_MS = 5;
/** Beyond its deadline a silence may add this: timers and one attempt more. */
const MOST_BEYOND_DEADLINE_MS = 50;
const deadlines = { connect: 1000, firstToken: 500, interToken: 500, attempt: 800, total: 10_000 };
const CALLS = 40;
const CALLS_TO_SILENCE = 10;
const HUNG_AFTER_MS = 15_000;

/** One call at a time, each at a target of its own: what failing over itself costs, without any load or memory. */
export function runFailoverTime(): Promise<ModeResult> {
  const cases = [true, false].flatMap((stream) =>
    kinds.filter((fault) => stream || !('stream' in fault)).map((fault) => ({ fault, stream })),
  );
  const routes = [...cases.flatMap(routesOf), ...[true, false].map((stream) => routeFor(`healthy-${stream}`))];
  return inWorld({ routes: [...warmUpRoutes, ...routes] }, async (world) => {
    await warmUp(world);
    const moments = new ProviderMoments(world.simulator);
    const healthy = new Map<boolean, number>();
    for (const stream of [true, false]) {
      const times: number[] = [];
      for (let call = 0; call < CALLS; call += 1) times.push(await timeOf(world, `healthy-${stream}`, stream));
      healthy.set(stream, median(times));
    }
    const measured: Measured[] = [];
    for (const one of cases)
      measured.push(await measure(world, moments, { ...one, healthyMs: healthy.get(one.stream) ?? 0 }));
    moments.stop();
    return { text: report(measured), json: measured, right: measured.every(isRight) };
  });
}

interface Case {
  readonly fault: (typeof kinds)[number];
  readonly stream: boolean;
}

const callsOf = ({ fault }: Case): number => (isSilence(fault.kind) ? CALLS_TO_SILENCE : CALLS);
const idOf = ({ fault, stream }: Case, call: number): string => `${fault.kind}-${stream ? 'stream' : 'whole'}-${call}`;
const routesOf = (one: Case): readonly RouteWanted[] =>
  Array.from({ length: callsOf(one) }, (_, call) => routeFor(idOf(one, call)));

function routeFor(id: string): RouteWanted {
  const at = (channel: string) => [{ model: id, channel, version: `${id}-20260101` }];
  return { id, tiers: [at('openai-primary'), at('openai-backup')], deadlines };
}

async function measure(
  world: World,
  moments: ProviderMoments,
  one: Case & { readonly healthyMs: number },
): Promise<Measured> {
  const { fault, stream, healthyMs } = one;
  const times: number[] = [];
  const pairs: FailedOver[] = [];
  for (let call = 0; call < callsOf(one); call += 1) {
    const id = idOf(one, call);
    const model = `${id}-20260101`;
    world.simulator.setFault({ ...fault, id, channel: 'openai-primary', model });
    times.push(await timeOf(world, id, stream));
    pairs.push(...moments.failedOver(model));
  }
  const gaps = pairs.map(({ gapMs }) => gapMs);
  return {
    fault: fault.kind,
    stream,
    calls: pairs.length,
    gapMs: median(gaps),
    gapP99Ms: percentile(gaps, 99),
    addedMs: median(times) - healthyMs,
    failedMs: isSilence(fault.kind) ? silenceMs(stream) : median(pairs.map(({ failedMs }) => failedMs)),
  };
}

const silenceMs = (stream: boolean): number => (stream ? deadlines.firstToken : deadlines.attempt);

async function timeOf({ gateway: { url, key }, agent }: World, route: string, stream: boolean): Promise<number> {
  const wanted = {
    url,
    key,
    surface: 'openai-chat',
    route,
    stream,
    prompt: 'Hello',
    hungAfterMs: HUNG_AFTER_MS,
  } as const;
  const call = await makeCall(wanted, agent);
  const { end } = viewOf('openai-chat', call);
  if (end !== 'whole') throw new Error(`${route}: the call was not answered (${end}, status ${call.status})`);
  return call.endedAt - call.sentAt;
}

const isSilence = (kind: string): boolean => silences.some((silence) => silence.kind === kind);

function isRight({ fault, calls, gapMs, addedMs, failedMs }: Measured): boolean {
  if (calls === 0) return false;
  if (isSilence(fault)) return addedMs >= failedMs - 5 && addedMs <= failedMs + MOST_BEYOND_DEADLINE_MS;
  return gapMs < MOST_ADDED_MS;
}

function report(measured: readonly Measured[]): string {
  const head = [
    'fault',
    'mode',
    'calls',
    'gap p50 ms',
    'gap p99 ms',
    'caller waits longer ms',
    'failed attempt or deadline ms',
    'right',
  ];
  const rows = measured.map((one) => [
    one.fault,
    one.stream ? 'stream' : 'whole',
    String(one.calls),
    one.gapMs.toFixed(2),
    one.gapP99Ms.toFixed(2),
    one.addedMs.toFixed(2),
    one.failedMs.toFixed(2),
    isRight(one) ? 'yes' : 'NO',
  ]);
  return [
    textTable([head, ...rows]),
    '',
    'gap: from the end of the failed attempt at its provider to the next attempt at the other.',
    `Added on failover after an immediate error: at most ${MOST_ADDED_MS} ms at the median; a silence: its deadline and the fallback's own time.`,
    '',
  ].join('\n');
}
