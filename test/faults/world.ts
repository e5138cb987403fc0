import { Agent } from 'undici';
import { startSimulator, type Pace, type Simulator } from '#libs/simulators';
import { makeKey } from '../../deploy/local/first-key.js';
import { StartFailure } from '../../deploy/local/start-failure.js';
import { startGateway, type TestGateway } from '../support/gateway.js';
import { configurationFor, type ChannelWanted, type RouteWanted } from './configuration.js';

/** The whole gateway in its own processes, and the simulators in this one, where each byte of theirs can be seen. */
export interface World {
  readonly gateway: TestGateway;
  readonly simulator: Simulator;
  /** Of three tenants, for all routes. */
  readonly tenantKeys: readonly string[];
  /** The callers' connections. */
  readonly agent: Agent;
  readonly stop: () => Promise<void>;
}

export interface WorldWanted {
  readonly routes: readonly RouteWanted[];
  readonly health?: object;
  readonly pace?: Pace;
  readonly dispatchers?: number;
}

const KEY_VARIABLE = 'SIMULATED_PROVIDER_KEY';
const channels = ['openai', 'anthropic'].flatMap((name) => {
  const family = name === 'openai' ? ('openai' as const) : ('anthropic' as const);
  return ['primary', 'backup'].map((place) => ({ id: `${family}-${place}`, family }));
});
const LOG_LIMITS = { calls: 200_000, bytes: 1024 * 1024 * 1024 };
const CALLER_CONNECTIONS = 512;

/** Of worlds that run. */
const stops = new Set<() => Promise<void>>();

/** Ends what runs, in the middle of whatever it does. */
export async function stopWorlds(): Promise<void> {
  await Promise.allSettled([...stops].map((stop) => stop()));
}

/** Starts the gateway and the simulators for as long as the work takes. */
export async function inWorld<Result>(wanted: WorldWanted, work: (world: World) => Promise<Result>): Promise<Result> {
  const world = await startWorld(wanted).catch((error: unknown) => {
    // A machine that others keep busy may be too slow once; it says nothing about the faults.
    if (error instanceof StartFailure) return startWorld(wanted);
    throw error;
  });
  stops.add(world.stop);
  try {
    return await work(world);
  } finally {
    stops.delete(world.stop);
    await world.stop();
  }
}

async function startWorld({ routes, health, pace, dispatchers }: WorldWanted): Promise<World> {
  const simulator = await startSimulator({
    port: 0,
    channels,
    logLimits: LOG_LIMITS,
    ...(pace === undefined ? {} : { pace }),
  });
  const tenantKeys = Array.from({ length: 3 }, makeKey);
  const wanted = {
    channels: await channelsAt(simulator),
    routes,
    tenantKeys,
    credential: { env: KEY_VARIABLE },
    ...(health ? { health } : {}),
  };
  const gateway = await startGateway({
    // JSON is YAML, and without the anchors that a YAML printer gives to what is shared.
    config: JSON.stringify(configurationFor(wanted)),
    env: { [KEY_VARIABLE]: 'sk-simulated' },
    ...(dispatchers === undefined ? {} : { dispatchers }),
  }).catch(async (error: unknown) => {
    await simulator.close();
    throw error;
  });
  const agent = new Agent({ connections: CALLER_CONNECTIONS, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  const stop = async (): Promise<void> => {
    await agent.destroy();
    await gateway.stop();
    await simulator.close();
  };
  return { gateway, simulator, tenantKeys, agent, stop };
}

const doors = ['refuse', 'reset', 'black-hole', 'self-signed'] as const;

/** Each channel as it is, and once behind each way of not getting there. */
async function channelsAt(simulator: Simulator): Promise<readonly ChannelWanted[]> {
  const shut = await Promise.all(doors.map((mode) => simulator.turnDoor(mode, mode)));
  const ways = [
    { prefix: '', url: simulator.url },
    // Reserved: nobody can have it.
    { prefix: 'no-such-name-', url: 'http://provider.invalid' },
    ...shut.map(({ id, url }) => ({ prefix: `${id}-`, url })),
  ];
  return ways.flatMap(({ prefix, url }) =>
    channels.map(({ id, family }) => ({ id: prefix + id, family, baseUrl: `${url}/${id}/v1` })),
  );
}
