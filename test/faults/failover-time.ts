import type { CallRecord, FaultDefinition } from '#libs/simulators';
import { makeCall } from './caller.js';
import { viewOf } from './caller-view.js';
import type { RouteWanted } from './configuration.js';
import { median, percentile } from './median.js';
import type { ModeResult } from './mode.js';
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

const MOST_ADDED_MS = 5;
/** Beyond its deadline a silence may add this: timers and one attempt more. */
const MOST_BEYOND_DEADLINE_MS = 50;
const deadlines = { connect: 1000, firstToken: 500, interToken: 500, attempt: 800, total: 10_000 };
/** Every call is to meet the fault. */
const health = { consecutiveFailures: 100, minimumCalls: 10_000, failureRatio: 1 };
const CALLS = 80;
const CALLS_TO_SILENCE = 10;
const HUNG_AFTER_MS = 15_000;

/** One call at a time: what failing over itself costs, without any load. */
export function runFailoverTime(): Promise<ModeResult> {
  const kinds = [...immediate, ...silences];
  const routes = ['none', ...kinds.map(({ kind }) => kind)].flatMap((kind) =>
    [true, false].map((stream) => routeFor(kind, stream)),
  );
  return inWorld({ routes: [...warmUpRoutes, ...routes], health }, async (world) => {
    await warmUp(world);
    const moments = new Moments(world);
    const measured: Measured[] = [];
    for (const stream of [true, false]) {
      const healthyMs = median(await timesOf(world, routeFor('none', stream), stream, CALLS));
      const kindsNow = kinds.filter((fault) => stream || !('stream' in fault));
      for (const fault of kindsNow) measured.push(await measure({ world, moments, stream, healthyMs }, fault));
    }
    moments.stop();
    return { text: report(measured), json: measured, right: measured.every(isRight) };
  });
}

function routeFor(kind: string, stream: boolean): RouteWanted {
  const id = `failover-${kind}-${stream ? 'stream' : 'whole'}`;
  const at = (channel: string) => [{ model: id, channel, version: `${id}-20260101` }];
  return { id, tiers: [at('openai-primary'), at('openai-backup')], deadlines };
}

interface Bench {
  readonly world: World;
  readonly moments: Moments;
  readonly stream: boolean;
  readonly healthyMs: number;
}

async function measure(
  { world, moments, stream, healthyMs }: Bench,
  fault: (typeof immediate)[number] | (typeof silences)[number],
): Promise<Measured> {
  const route = routeFor(fault.kind, stream);
  world.simulator.setFault({ ...fault, id: route.id, channel: 'openai-primary', model: `${route.id}-20260101` });
  const calls = isSilence(fault.kind) ? CALLS_TO_SILENCE : CALLS;
  const times = await timesOf(world, route, stream, calls);
  const { gaps, failed } = moments.of(`${route.id}-20260101`);
  return {
    fault: fault.kind,
    stream,
    calls,
    gapMs: median(gaps),
    gapP99Ms: percentile(gaps, 99),
    addedMs: median(times) - healthyMs,
    failedMs: isSilence(fault.kind) ? (stream ? deadlines.firstToken : deadlines.attempt) : median(failed),
  };
}

async function timesOf(
  { gateway: { url, key }, agent }: World,
  { id: route }: RouteWanted,
  stream: boolean,
  calls: number,
): Promise<readonly number[]> {
  const times: number[] = [];
  for (let number = 0; number < calls; number += 1) {
    const wanted = {
      url,
      key,
      surface: 'openai-chat',
      route,
      stream,
      prompt: `call ${number}`,
      hungAfterMs: HUNG_AFTER_MS,
    } as const;
    const call = await makeCall(wanted, agent);
    if (viewOf('openai-chat', call).end !== 'whole')
      throw new Error(`${route}: a call was not answered whole (${call.status})`);
    times.push(call.endedAt - call.sentAt);
  }
  return times;
}

/** When calls reached a simulator and left it, finer than its log tells: it runs in this process. */
class Moments {
  private readonly seen = new Map<string, { readonly model: string; readonly cameAt: number; leftAt?: number }>();
  private watching = true;

  constructor({ simulator }: World) {
    const look = (record: CallRecord): boolean => {
      this.see(record);
      return !this.watching;
    };
    simulator.waitForCall(look, 3_600_000).catch(() => undefined);
  }

  stop(): void {
    this.watching = false;
  }

  of(model: string): { readonly gaps: readonly number[]; readonly failed: readonly number[] } {
    const calls = [...this.seen.values()].filter((call) => call.model === model);
    const pairs = calls.flatMap((call, index) => {
      const next = calls[index + 1];
      return index % 2 === 0 && next && call.leftAt !== undefined ? [{ call, leftAt: call.leftAt, next }] : [];
    });
    return {
      gaps: pairs.map(({ leftAt, next }) => next.cameAt - leftAt),
      failed: pairs.map(({ call, leftAt }) => leftAt - call.cameAt),
    };
  }

  private see({ id, model, outcome }: CallRecord): void {
    if (model === undefined) return;
    const now = performance.now();
    const call = this.seen.get(id);
    if (call === undefined) this.seen.set(id, { model, cameAt: now });
    else if (outcome !== 'in-flight') call.leftAt ??= now;
  }
}

const isSilence = (kind: string): boolean => silences.some((silence) => silence.kind === kind);

function isRight({ fault, gapMs, addedMs, failedMs }: Measured): boolean {
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
