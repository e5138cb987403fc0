import type { Family, ProviderId } from '#libs/contracts';

/** What tells one provider from another that speaks the same wire format. */
export interface ProviderDefinition {
  readonly family: Family;
  /** The headers that carry the channel's credential. */
  readonly authHeaders: (secret: string) => { readonly [header: string]: string };
}

const bearer: ProviderDefinition['authHeaders'] = (secret) => ({ authorization: `Bearer ${secret}` });

export const providers = {
  openai: { family: 'openai', authHeaders: bearer },
  'openai-compatible': { family: 'openai', authHeaders: bearer },
  anthropic: { family: 'anthropic', authHeaders: (secret) => ({ 'x-api-key': secret }) },
} as const satisfies Record<ProviderId, ProviderDefinition>;
