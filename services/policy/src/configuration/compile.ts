import type { ApiKey, Channel, Model, Revision, Route, Target } from '#libs/contracts';
import type { ConfigurationResource } from './resources.js';

/** From checked resources to the immutable content of a revision. */
export function compile(configuration: ConfigurationResource): Omit<Revision, 'number' | 'digest'> {
  return {
    channels: configuration.channels.map(channelOf),
    models: configuration.models.map((model): Model => ({ ...model })),
    targets: configuration.targets.map(targetOf),
    routes: configuration.routes.map((route): Route => ({ ...route, deadlines: { ...route.deadlines } })),
    keys: configuration.keys.map((key): ApiKey => ({ ...key })),
    health: { ...configuration.health },
    extraParameters: configuration.extraParameters,
  };
}

function channelOf(channel: ConfigurationResource['channels'][number]): Channel {
  return { ...channel, baseUrl: channel.baseUrl.replace(/\/+$/, '') };
}

/** Where no cache prices are given, cached tokens cost what others do. */
function targetOf({ price, ...target }: ConfigurationResource['targets'][number]): Target {
  const { input, output, cacheRead = input, cacheWrite = input } = price;
  return { ...target, price: { input, output, cacheRead, cacheWrite } };
}
