import { closeBus, connectBus, putRevision } from '#libs/bus';
import {
  defaultConduct,
  type Conduct,
  type Frame,
  type Plan,
  type RunRequest,
  type RunSummary,
  type Surface,
} from '#libs/contracts';
import { systemClock } from '#libs/kernel';
import { BusConnection } from '#libs/platform';
import { startSpan } from '#libs/telemetry';
import { startNats } from '../../../test/support/nats.js';
import { AttemptLicence } from './attempt-licence.js';
import { AttemptRecorder } from './attempt-recorder.js';
import { AttemptRunner } from './attempt-runner.js';
import { newCall as callOf, type Call } from './call.js';
import { Catalog } from './catalog.js';
import { Deliveries } from './deliveries.js';
import { revision } from './domain/targets.fixture.js';
import { ExchangePreparer } from './exchange-preparer.js';
import { Finisher } from './finisher.js';
import { HeadWriter } from './head-writer.js';
import { HedgePreparation } from './hedge-preparation.js';
import { Hedger } from './hedger.js';
import { HeldMemory } from './held-memory.js';
import { LocalHealth } from './local-health.js';
import { Outlook } from './outlook.js';
import { PlanRunner } from './plan-runner.js';
import { ProbePermit } from './probe-permit.js';
import { ProviderClient } from './provider-client.js';
import { startProvider, type TestProvider } from './provider.fixture.js';
import { ReplyChannel } from './reply-channel.js';
import { TargetCaller } from './target-caller.js';
import { TargetStats } from './target-stats.js';

/** Two channels of one model, each with a real server behind it: the targets `m@a` and `m@b`. */
const names = ['a', 'b'] as const;
const body = Buffer.from('{"messages":[{"role":"user","content":"Hi"}],"model":"fast","max_tokens":9}');
const fields = { messages: [12, 44], model: [53, 59] } as const;

export interface CallWanted {
  readonly conduct?: Partial<Conduct>;
  readonly stream?: boolean;
  readonly surface?: Surface;
  readonly tiers?: Plan['tiers'];
  readonly totalMs?: number;
}

/** A call, and what its caller is given. */
export interface TestCall {
  readonly call: Call;
  readonly frames: readonly Frame[];
  readonly leave: () => void;
  /** Of all data, in order. */
  readonly text: () => string;
  readonly summary: () => RunSummary | undefined;
}

/** The failover engine of one dispatcher, all of it real, without a queue before it and a journal behind it; no probe is permitted. */
export interface TestDispatcher {
  readonly providers: Readonly<Record<(typeof names)[number], TestProvider>>;
  readonly stats: TargetStats;
  readonly health: LocalHealth;
  readonly licence: AttemptLicence;
  readonly memory: HeldMemory;
  readonly partners: HedgePreparation;
  readonly preparer: ExchangePreparer;
  newCall(wanted?: CallWanted): TestCall;
  /** Resolves when the call is over. */
  run(call: Call): Promise<void>;
  close(): Promise<void>;
}

export async function startDispatcher(): Promise<TestDispatcher> {
  const broker = await startNats();
  Object.assign(process.env, { NATS_URL: broker.url, BREAKWATER_LOG_LEVEL: 'silent' });
  const [a, b] = await Promise.all([startProvider(), startProvider()]);
  const bus = await connectBus({ url: broker.url, name: 'd1' });
  await putRevision(bus, revisionOf({ a, b }));
  const connection = new BusConnection(bus, 'd1', '.');
  const catalog = new Catalog(connection);
  await catalog.onModuleInit();
  const client = new ProviderClient();
  const engine = engineOf(connection, catalog, client);
  return {
    ...engine,
    providers: { a, b },
    newCall,
    run: (call) => engine.plans.run(call),
    close: async () => {
      engine.health.onApplicationShutdown();
      await client.onApplicationShutdown();
      await Promise.all([a.close(), b.close()]);
      await closeBus(bus);
      await broker.stop();
    },
  };
}

function revisionOf(providers: Readonly<Record<string, TestProvider>>): typeof revision {
  const [channel, model, target] = [revision.channels[0], revision.models[0], revision.targets[0]];
  if (!channel || !model || !target) throw new Error('the revision is empty');
  return {
    ...revision,
    models: [{ ...model, id: 'm' }],
    channels: Object.entries(providers).map(([id, { origin }]) => {
      return { ...channel, id, provider: 'openai-compatible', baseUrl: `${origin}/v1`, credential: { none: true } };
    }),
    targets: Object.keys(providers).map((id) => {
      return { ...target, id: `m@${id}`, model: 'm', channel: id, acceptsContinuation: true };
    }),
  };
}

function engineOf(connection: BusConnection, catalog: Catalog, client: ProviderClient) {
  const health = new LocalHealth(connection, catalog);
  const stats = new TargetStats();
  const memory = new HeldMemory(1024 * 1024);
  const outlook = new Outlook(catalog, health, stats);
  const preparer = new ExchangePreparer(catalog);
  const heads = new HeadWriter(catalog, health);
  const caller = new TargetCaller(client, health, stats, new AttemptRecorder(connection));
  const deliveries = new Deliveries(memory, heads);
  const partners = new HedgePreparation(outlook, preparer, stats);
  const licence = new AttemptLicence(stats, new ProbePermit(connection));
  const hedger = new Hedger(caller, deliveries, stats, partners);
  const attempts = new AttemptRunner(preparer, health, licence, hedger);
  const plans = new PlanRunner(outlook, attempts, deliveries, new Finisher(heads, outlook));
  return { health, stats, memory, partners, preparer, licence, plans };
}

export function newCall({
  conduct = {},
  stream = true,
  surface = 'openai-chat',
  tiers = [['m@a'], ['m@b']],
  totalMs = 20_000,
}: CallWanted = {}) {
  const deadlines = { connect: 2000, firstToken: 5000, interToken: 5000, attempt: 10_000, total: totalMs };
  const frames: Frame[] = [];
  const controller = new AbortController();
  const reply = new ReplyChannel((frame) => void frames.push(frame));
  const all: Conduct = { ...defaultConduct, strategy: 'priority', retries: 0, patience: 0, ...conduct };
  const request: RunRequest = {
    v: 1,
    requestId: 'req_1',
    epoch: 0,
    attempts: 0,
    surface,
    stream,
    principal: { tenant: 't', team: 'e', agent: 'a', key: 'k' },
    plan: { revision: 7, route: 'fast', model: 'm', tiers, deadlines, conduct: all },
    fields,
    forward: {},
    maxOutputTokens: 9,
    deadlineAt: systemClock.now() + totalMs,
  };
  const span = startSpan('test', { kind: 'internal', attributes: {} });
  const given = { request, body, reply, cancelled: controller.signal, span };
  const call = callOf(given, systemClock.now() + all.patience);
  return { call, frames, leave: () => controller.abort(), text: () => textOf(frames), summary: () => endOf(frames) };
}

function textOf(frames: readonly Frame[]): string {
  const bytes = frames.flatMap((frame) => (frame.type === 'data' || frame.type === 'whole' ? [frame.bytes] : []));
  return Buffer.concat(bytes).toString();
}

function endOf(frames: readonly Frame[]): RunSummary | undefined {
  const last = frames.at(-1);
  return last?.type === 'end' || last?.type === 'whole' ? last.summary : undefined;
}
