import { createHash, randomBytes } from 'node:crypto';
import { startSimulator, type Simulator } from '#libs/simulators';
import { startGateway, type GatewayWanted, type TestGateway } from './gateway.js';

/** The gateway before a simulator in the test's own process: what it sent there can be read byte for byte. */
export interface SimulatedGateway {
  readonly gateway: TestGateway;
  readonly simulator: Simulator;
  /** What the channels' credential holds: no caller and no file may ever see it. */
  readonly providerKey: string;
  /** A key for the route `gpt` alone. */
  readonly narrowKey: string;
  stop(): Promise<void>;
}

/** As simulated: faults are scoped by channel, or by the model's name with `-1` behind it. */
const channels = [
  { id: 'anthropic-primary', family: 'anthropic' },
  { id: 'anthropic-backup', family: 'anthropic' },
  { id: 'openai-primary', family: 'openai' },
  { id: 'openai-backup', family: 'openai' },
] as const;

const CREDENTIAL = 'TEST_PROVIDER_KEY';

export interface SimulatedGatewayWanted extends Omit<GatewayWanted, 'config'> {
  /** Base URLs of further providers that speak OpenAI's protocol, each behind a route of its own with its name. */
  readonly openAiChannels?: Readonly<Record<string, string>>;
}

/**
 * Routes: `claude` and `gpt`, each with a backup channel and the other as its fallback; `claude-alone` and `gpt-alone`
 * with one target; `claude-limited` and `gpt-limited`, the same for tests that use up a quota; `text` for a model
 * without tools and images, with a context of 1000 tokens.
 */
export async function startSimulatedGateway(wanted: SimulatedGatewayWanted = {}): Promise<SimulatedGateway> {
  const { openAiChannels = {}, ...started } = wanted;
  const simulator = await startSimulator({ port: 0, channels });
  const providerKey = `sk-provider-${randomBytes(16).toString('hex')}`;
  const narrowKey = `bw_narrow_${randomBytes(16).toString('hex')}`;
  const gateway = await startGateway({
    ...started,
    config: configuration(simulator.url, narrowKey, openAiChannels),
    env: { ...started.env, [CREDENTIAL]: providerKey },
  }).catch(async (error: unknown) => {
    await simulator.close();
    throw error;
  });
  const stop = async (): Promise<void> => {
    await gateway.stop();
    await simulator.close();
  };
  return { gateway, simulator, providerKey, narrowKey, stop };
}

function configuration(simulatorUrl: string, narrowKey: string, others: Readonly<Record<string, string>>): object {
  const single = Object.keys(others);
  const capable = ['claude', 'gpt', 'claude-alone', 'gpt-alone', 'claude-limited', 'gpt-limited'];
  return {
    channels: [
      ...channels.map(({ id, family }) => channel(id, family, `${simulatorUrl}/${id}/v1`)),
      // What they call their models is nobody's business here.
      ...Object.entries(others).map(([id, baseUrl]) => channel(id, 'openai-compatible', baseUrl)),
    ],
    models: [
      ...[...capable, ...single].map((id) => model(id, { contextWindow: 2e6, capabilities: ['tools', 'images'] })),
      model('text', { contextWindow: 1000, capabilities: [] }),
    ],
    targets: [
      ...capable.map((id) => target(id, 'primary')),
      ...['claude', 'gpt'].map((id) => target(id, 'backup')),
      target('text', 'primary'),
      ...single.map((id) => ({ ...target(id, 'primary'), channel: id })),
    ],
    routes: [
      route('claude', [['claude@primary'], ['claude@backup'], ['gpt@primary']]),
      route('gpt', [['gpt@primary'], ['gpt@backup'], ['claude@primary']]),
      ...[...capable.slice(2), 'text', ...single].map((id) => route(id, [[`${id}@primary`]])),
    ],
    keys: [{ id: 'narrow', sha256: createHash('sha256').update(narrowKey).digest('hex'), routes: ['gpt'] }],
    // Broken targets stay in use: what one test breaks must not decide the next.
    health: { consecutiveFailures: 100, minimumCalls: 10_000 },
  };
}

function channel(id: string, provider: string, baseUrl: string): object {
  return { id, provider, baseUrl, credential: { env: CREDENTIAL } };
}

function model(id: string, limits: { contextWindow: number; capabilities: readonly string[] }): object {
  return { id, approved: true, maxOutputTokens: 8000, ...limits };
}

function target(model: string, place: 'primary' | 'backup'): object {
  const family = model.startsWith('claude') ? 'anthropic' : 'openai';
  const price = { input: 1_000_000, output: 2_000_000 };
  return { id: `${model}@${place}`, model, channel: `${family}-${place}`, providerModel: `${model}-1`, price };
}

function route(id: string, tiers: readonly (readonly string[])[]): object {
  const deadlines = { connect: 1000, firstToken: 2000, interToken: 2000, attempt: 8000, total: 20_000 };
  return { id, model: id, tiers, deadlines };
}
