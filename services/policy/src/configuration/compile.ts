import type { ApiKey, Channel, Model, Revision, Route, Target } from '#libs/contracts';
import type { ConfigurationResource } from './resources.js';

/** From checked resources to the immutable content of a revision. */
export function compile(configuration: ConfigurationResource): Omit<Revision, 'number' | 'digest'> {
  return {
    channels: configuration.channels.map(channelOf),
    models: configuration.models.map((model): Model => ({ ...model })),
    targets: configuration.targets.map(targetOf),
    routes: configuration.routes.map(routeOf),
    keys: configuration.keys.map((key): ApiKey => ({ ...key })),
    health: { ...configuration.health },
    extraParameters: configuration.extraParameters,
  };
}

function channelOf({ statusPage, ...channel }: ConfigurationResource['channels'][number]): Channel {
  const page = statusPage && { statusPage: { ...statusPage, url: statusPage.url.replace(/\/+$/, '') } };
  return { ...channel, baseUrl: channel.baseUrl.replace(/\/+$/, ''), ...page };
}

function routeOf({ id, model, tiers, deadlines, ...conduct }: ConfigurationResource['routes'][number]): Route {
  return { id, model, tiers, deadlines: { ...deadlines }, conduct };
}

/** Where no cache prices are given, cached tokens cost what others do. */
function targetOf({ price, ...target }: ConfigurationResource['targets'][number]): Target {
  const { input, output, cacheRead = input, cacheWrite = input } = price;
  return { ...target, limits: { ...target.limits }, price: { input, output, cacheRead, cacheWrite } };
}
