import { setTimeout as delay } from 'node:timers/promises';
import { closeBus, connectBus, serveRuns, type IncomingRun } from '#libs/bus';
import { defaultConduct, type AttemptStart, type Control, type Frame, type RunSummary } from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { BusConnection } from '#libs/platform';
import { startNats } from '../../../test/support/nats.js';
import { BodyClaims } from './body-claims.js';
import { CallSession, type Handover, type SessionEnd } from './call-session.js';
import { arrival, startCallerSide, type TestCaller } from './caller.fixture.js';
import { DispatchLink } from './dispatch-link.js';

/** What comes in, to be awaited one by one. */
class Arrivals<Item> {
  private readonly items: Item[] = [];
  private readonly waiting: ((item: Item) => void)[] = [];

  readonly take = (item: Item): void => {
    const next = this.waiting.shift();
    if (next) next(item);
    else this.items.push(item);
  };

  next(): Promise<Item> {
    const [item] = this.items.splice(0, 1);
    return item === undefined ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(item);
  }

  /** What has come by then and was not awaited. */
  async after(ms: number): Promise<readonly Item[]> {
    await delay(ms);
    return this.items.splice(0);
  }
}

/** A dispatcher whose every word a spec decides. */
export interface TestDispatcher {
  readonly runs: Arrivals<TestRun>;
  readonly controls: Arrivals<Control>;
  /** Resolves when ingress knows who has the call: then it watches it. */
  readonly watched: () => Promise<unknown>;
  /** Takes no more calls, and goes on with those it has. */
  readonly drain: () => Promise<void>;
  /** As a killed process: its connections end, and nothing more comes. */
  readonly die: () => Promise<void>;
  /** As one that is cut off from the broker alone. */
  readonly loseBroker: () => Promise<void>;
}

type Unnumbered = Frame extends infer Each ? (Each extends Frame ? Omit<Each, 'seq'> : never) : never;

export interface TestRun extends IncomingRun {
  /** Sends frames numbered from where the last ended, or from a given number on. */
  say(frames: readonly Unnumbered[], from?: number): void;
}

export interface TestIngress {
  dispatcher(name: string): Promise<TestDispatcher>;
  /** A caller whose call was handed over. */
  call(wanted?: CallWanted): Promise<TestCall>;
  close(): Promise<void>;
}

export interface CallWanted {
  readonly requestId?: string;
  /** Milliseconds until the call's deadline. */
  readonly remaining?: number;
  readonly surface?: 'openai-chat' | 'anthropic-messages';
  readonly reading?: boolean;
}

export interface TestCall extends TestCaller {
  /** How the session says that it ended; it may say so once. */
  readonly ended: Promise<SessionEnd>;
  readonly ends: readonly SessionEnd[];
  /** Attempts that ingress was left to record. */
  readonly lost: readonly AttemptStart[];
}

/** Everything between a caller and the dispatchers, with a real broker and real connections. */
export async function startIngress(): Promise<TestIngress> {
  const [nats, side] = await Promise.all([startNats({ jetstream: false }), startCallerSide()]);
  const bus = await connectBus({ url: nats.url, name: 'ingress' });
  const link = new DispatchLink(new BusConnection(bus, 'ingress', 'unused'), new BodyClaims());
  await link.onApplicationBootstrap();
  const dispatchers: TestDispatcher[] = [];
  return {
    dispatcher: async (name) => {
      const dispatcher = await startDispatcher(nats.url, name);
      dispatchers.push(dispatcher);
      return dispatcher;
    },
    call: async (wanted = {}) => {
      const caller = await side.call(wanted.reading);
      const ended = Promise.withResolvers<SessionEnd>();
      const ends: SessionEnd[] = [];
      const lost: AttemptStart[] = [];
      const session = new CallSession(handover(wanted), link, caller.response, {
        lost: (start) => lost.push(start),
        ended: (end) => {
          ends.push(end);
          ended.resolve(end);
        },
      });
      session.start();
      return { ...caller, ended: ended.promise, ends, lost };
    },
    close: async () => {
      link.onApplicationShutdown();
      await side.close();
      await Promise.all([closeBus(bus), ...dispatchers.map((dispatcher) => dispatcher.die())]);
      await nats.stop();
    },
  };
}

async function startDispatcher(url: string, name: string): Promise<TestDispatcher> {
  const bus = await connectBus({ url, name });
  const runs = new Arrivals<TestRun>();
  const controls = new Arrivals<Control>();
  const server = serveRuns(bus, name, { run: (incoming) => runs.take(talking(incoming)), control: controls.take });
  const pings = new Arrivals<true>();
  bus.nats.subscribe(`bw.dispatch.${name}.ping.v1`, { callback: () => pings.take(true) });
  await bus.nats.flush();
  return {
    runs,
    controls,
    watched: () => pings.next(),
    drain: () => server.drain(),
    loseBroker: () => bus.nats.close(),
    die: async () => {
      await bus.nats.close();
      server.close();
    },
  };
}

function talking(incoming: IncomingRun): TestRun {
  let seq = 0;
  const say = (frames: readonly Unnumbered[], from = seq): void => {
    seq = from;
    for (const frame of frames) incoming.send({ ...frame, seq: seq++ });
  };
  return { ...incoming, say };
}

function handover({ requestId = 'req_1', remaining = 60_000, surface = 'openai-chat' }: CallWanted): Handover {
  const deadlines = { connect: 1000, firstToken: 1000, interToken: 1000, attempt: 1000, total: 1000 };
  const plan = { revision: 7, route: 'fast', model: 'gpt-5', tiers: [['gpt-5@a']], deadlines, conduct: defaultConduct };
  const arrived = arrival(requestId, surface);
  const { principal } = arrived;
  const run = {
    v: 1,
    requestId,
    surface,
    stream: true,
    maxOutputTokens: 0,
    principal,
    plan,
    fields: {},
    forward: {},
  } as const;
  const body = Buffer.from('{"model":"fast"}');
  return { arrival: arrived, plan, run: { ...run, deadlineAt: systemClock.now() + remaining }, body };
}

export const summary = (outcome: RunSummary['outcome'], attempts = 1): RunSummary => ({
  outcome,
  attempts,
  providerMs: 1,
  model: 'gpt-5',
  channel: 'a',
  usage: { inputTokens: 3, outputTokens: 2, cacheReadTokens: 0, cacheWriteTokens: 0 },
  costMicros: 5,
});

export function attempt(dispatcher: string, number = 1) {
  const served = { model: 'gpt-5', target: 'gpt-5@a', channel: 'a', provider: 'openai', requestedVersion: 'gpt-5-1' };
  const counted = { attemptId: `req_1.0.${number}`, number, purpose: 'first', startedAt: 1 } as const;
  const start = { ...served, ...counted, dispatcher };
  return { type: 'attempt', attempt: start } as const;
}
export const head = (contentType = 'text/event-stream') =>
  ({ type: 'head', head: { status: 200, headers: { 'content-type': contentType } } }) as const;
/** Of an answer that is held until it is whole. */
export const heldHead = () => {
  const headers = { 'content-type': 'text/event-stream', 'x-breakwater-model': 'pending' };
  return { type: 'head', head: { status: 200, headers, held: true } } as const;
};
export const data = (text: string) => ({ type: 'data', bytes: Buffer.from(text) }) as const;
export const end = (outcome: RunSummary['outcome'] = 'ok', attempts = 1) =>
  ({ type: 'end', summary: summary(outcome, attempts) }) as const;
export const whole = (text: string, headers: Readonly<Record<string, string>> = {}) =>
  ({
    type: 'whole',
    head: { status: 200, headers: { 'content-type': 'application/json', ...headers } },
    summary: summary('ok'),
    bytes: Buffer.from(text),
  }) as const;
