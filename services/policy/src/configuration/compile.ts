import type {
  ApiKey,
  Capability,
  Channel,
  CredentialRef,
  Model,
  ProviderId,
  Revision,
  Route,
  Target,
} from '#libs/contracts';
import type { ConfigurationResource } from './resources.js';

/** From checked resources to the immutable content of a revision. */
export function compile(configuration: ConfigurationResource): Omit<Revision, 'number' | 'digest'> {
  return {
    channels: configuration.channels.map(channelOf),
    models: configuration.models.map(modelOf),
    targets: configuration.targets.map(targetOf),
    routes: configuration.routes.map((route): Route => ({ ...route, deadlines: { ...route.deadlines } })),
    keys: configuration.keys.map((key): ApiKey => ({ ...key })),
    health: { ...configuration.health },
    extraParameters: configuration.extraParameters,
  };
}

// Validation has proven the unions below; class-validator's classes cannot express them.
function channelOf(channel: ConfigurationResource['channels'][number]): Channel {
  const { id, baseUrl, region } = channel;
  const credential = channel.credential as CredentialRef;
  return { id, region, credential, provider: channel.provider as ProviderId, baseUrl: baseUrl.replace(/\/+$/, '') };
}

function modelOf(model: ConfigurationResource['models'][number]): Model {
  return { ...model, capabilities: model.capabilities as Capability[] };
}

/** Where no cache prices are given, cached tokens cost what others do. */
function targetOf({ price, ...target }: ConfigurationResource['targets'][number]): Target {
  const { input, output, cacheRead = input, cacheWrite = input } = price;
  return { ...target, price: { input, output, cacheRead, cacheWrite } };
}
