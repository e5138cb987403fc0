import type { Channel, CredentialRef, Family, Model, Revision, Target } from '#libs/contracts';
import { providers } from '#libs/providers';

/** A target with all that a call to it needs. */
export interface ResolvedTarget {
  readonly target: Target;
  readonly model: Model;
  readonly channel: Channel;
  readonly family: Family;
  readonly origin: string;
  /** Path of the channel's base URL, without a trailing slash. */
  readonly basePath: string;
  /** `missing`: the reference leads nowhere, and no call may be made. */
  readonly credential: { readonly secret: string } | 'none' | 'missing';
}

/** Every target of a revision by id; `readSecret` answers undefined where there is none. */
export function resolveTargets(
  revision: Revision,
  readSecret: (reference: CredentialRef) => string | undefined,
): ReadonlyMap<string, ResolvedTarget> {
  const channels = new Map(revision.channels.map((channel) => [channel.id, channel]));
  const models = new Map(revision.models.map((model) => [model.id, model]));
  const resolved = new Map<string, ResolvedTarget>();
  for (const target of revision.targets) {
    const channel = channels.get(target.channel);
    const model = models.get(target.model);
    // Policy has checked every reference before it published the revision.
    if (!channel || !model) continue;
    const { origin, pathname } = new URL(channel.baseUrl);
    const { family } = providers[channel.provider];
    const basePath = pathname.replace(/\/+$/, '');
    const credential = credentialOf(channel.credential, readSecret);
    resolved.set(target.id, { target, model, channel, family, origin, basePath, credential });
  }
  return resolved;
}

function credentialOf(
  reference: CredentialRef,
  readSecret: (reference: CredentialRef) => string | undefined,
): ResolvedTarget['credential'] {
  if ('none' in reference) return 'none';
  const secret = readSecret(reference);
  return secret === undefined || secret === '' ? 'missing' : { secret };
}
