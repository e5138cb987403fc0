import type { Conduct, Deadlines, HealthPolicy, Model, Target } from '#libs/contracts';
import { startSimulator, type CallLogLimits, type Family, type Pace, type Simulator } from '#libs/simulators';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { OperatorConsole } from './operator-console.fixture.js';

/** A model on a channel: `gpt@openai-primary`. */
export type TargetName = `${string}@${ChannelName}`;
export type ChannelName = keyof typeof families;

export interface TestRoute {
  readonly id: string;
  /** The first target's model is the pinned one. */
  readonly tiers: readonly (readonly TargetName[])[];
  readonly deadlines?: Partial<Deadlines>;
  readonly conduct?: Partial<Conduct>;
}

export interface RoutedWanted {
  readonly routes: readonly TestRoute[];
  readonly health?: Partial<HealthPolicy>;
  /** What differs from the usual, by target and by model. */
  readonly targets?: Readonly<Partial<Record<TargetName, Partial<Target>>>>;
  readonly models?: Readonly<Record<string, Partial<Model>>>;
  /** By channel: the address of its status page, which is judged as a whole. */
  readonly statusPages?: Readonly<Partial<Record<ChannelName, string>>>;
  readonly dispatchers?: number;
  readonly pace?: Pace;
  readonly logLimits?: CallLogLimits;
  /** Hashes of further keys, by id. */
  readonly keys?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** The whole gateway in its own processes, and the simulators in this one, where each byte of theirs can be seen. */
export interface RoutedGateway {
  readonly gateway: TestGateway;
  readonly simulator: Simulator;
  readonly operator: OperatorConsole;
  stop(): Promise<void>;
}

const families = {
  'openai-primary': 'openai',
  'openai-backup': 'openai',
  'anthropic-primary': 'anthropic',
  'anthropic-backup': 'anthropic',
} as const satisfies Record<string, Family>;

const KEY_VARIABLE = 'SIMULATED_PROVIDER_KEY';

/** Short, so that a test of a silence is short; long enough for a busy machine. */
const deadlines: Deadlines = { connect: 2000, firstToken: 1500, interToken: 1500, attempt: 3000, total: 20_000 };

/** Micro-units a million tokens; no two alike, so that a mistaken one shows. */
export const price = { input: 3_000_000, output: 15_000_000, cacheRead: 300_000, cacheWrite: 3_750_000 };

/** What the model is called at the provider. */
export const versionOf = (model: string): string => `${model}-20260101`;

export async function startRoutedGateway(wanted: RoutedWanted): Promise<RoutedGateway> {
  const { pace, logLimits, dispatchers, env } = wanted;
  const channels = Object.entries(families).map(([id, family]) => ({ id, family }));
  const paced = { ...(pace ? { pace } : {}), ...(logLimits ? { logLimits } : {}) };
  const simulator = await startSimulator({ port: 0, channels, ...paced });
  const gateway = await startGateway({
    // JSON is YAML, and without the anchors that a YAML printer gives to what is shared.
    config: JSON.stringify(configuration(wanted, simulator.url)),
    env: { [KEY_VARIABLE]: 'sk-simulated', ...env },
    ...(dispatchers === undefined ? {} : { dispatchers }),
  }).catch(async (error: unknown) => {
    await simulator.close();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await gateway.stop();
    await simulator.close();
  };
  return { gateway, simulator, operator: new OperatorConsole(gateway), stop };
}

function configuration({ routes, health, keys = {}, ...unusual }: RoutedWanted, simulatorUrl: string): object {
  const targets = [...new Set(routes.flatMap(({ tiers }) => tiers.flat()))].map(readTarget);
  const models = [...new Set(targets.map(({ model }) => model))];
  return {
    channels: Object.entries(families).map(([id, provider]) => ({
      id,
      provider,
      baseUrl: `${simulatorUrl}/${id}/v1`,
      credential: { env: KEY_VARIABLE },
      ...statusPageOf(id, unusual.statusPages),
    })),
    models: models.map((id) => ({
      id,
      approved: true,
      contextWindow: 1_000_000,
      maxOutputTokens: 500_000,
      capabilities: ['tools', 'images'],
      ...unusual.models?.[id],
    })),
    targets: targets.map((target) => ({
      ...target,
      providerModel: versionOf(target.model),
      price,
      ...unusual.targets?.[target.id],
    })),
    routes: routes.map((route) => ({
      id: route.id,
      model: route.tiers.flat().map(readTarget)[0]?.model,
      tiers: route.tiers,
      deadlines: { ...deadlines, ...route.deadlines },
      ...route.conduct,
    })),
    keys: Object.entries(keys).map(([id, sha256]) => ({ id, sha256, agent: id })),
    health: { consecutiveFailures: 3, openMs: 5000, maxOpenMs: 60_000, changeEveryMs: 0, ...health },
  };
}

function statusPageOf(channel: string, pages: RoutedWanted['statusPages'] = {}): object {
  const [, url] = Object.entries(pages).find(([id]) => id === channel) ?? [];
  return url === undefined ? {} : { statusPage: { url } };
}

function readTarget(id: TargetName): { readonly id: TargetName; readonly model: string; readonly channel: string } {
  const at = id.lastIndexOf('@');
  return { id, model: id.slice(0, at), channel: id.slice(at + 1) };
}
