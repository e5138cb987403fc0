import { createHash } from 'node:crypto';
import type { Conduct, CredentialRef, Deadlines } from '#libs/contracts';
import type { Family } from '#libs/simulators';
import { price } from './spend.js';

export interface ChannelWanted {
  readonly id: string;
  readonly family: Family;
  readonly baseUrl: string;
}

export interface PlaceWanted {
  readonly model: string;
  readonly channel: string;
  readonly version: string;
  readonly acceptsContinuation?: boolean;
}

export interface RouteWanted {
  /** Also the pinned model's name. */
  readonly id: string;
  readonly tiers: readonly (readonly PlaceWanted[])[];
  readonly deadlines: Partial<Deadlines>;
  readonly conduct?: Partial<Conduct>;
}

export interface ConfigurationWanted {
  readonly channels: readonly ChannelWanted[];
  readonly routes: readonly RouteWanted[];
  readonly credential: CredentialRef;
  /** Each is another tenant's. */
  readonly tenantKeys: readonly string[];
  readonly health?: object;
}

/** What the gateway is given: every place of a route is a target, and every model is approved. */
export function configurationFor(wanted: ConfigurationWanted): object {
  const { channels, routes, credential, tenantKeys, health = {} } = wanted;
  const places = routes.flatMap(({ tiers }) => tiers.flat());
  const models = [...new Set(places.map(({ model }) => model))];
  return {
    channels: channels.map(({ id, family, baseUrl }) => ({ id, provider: family, baseUrl, credential })),
    models: models.map((id) => ({
      id,
      approved: true,
      // What another model can take that the pinned one cannot.
      contextWindow: id.endsWith('-other') ? 1_000_000 : 200_000,
      maxOutputTokens: 64_000,
      capabilities: ['tools'],
    })),
    targets: places.map(({ model, channel, version, acceptsContinuation = false }) => ({
      id: `${model}@${channel}`,
      model,
      channel,
      providerModel: version,
      price,
      acceptsContinuation,
    })),
    routes: routes.map(({ id, tiers, deadlines, conduct }) => ({
      id,
      model: id,
      tiers: tiers.map((tier) => tier.map(({ model, channel }) => `${model}@${channel}`)),
      deadlines,
      ...conduct,
    })),
    keys: tenantKeys.map((key, index) => ({
      id: `tenant-${index}`,
      tenant: `tenant-${index}`,
      sha256: createHash('sha256').update(key).digest('hex'),
    })),
    health,
  };
}
