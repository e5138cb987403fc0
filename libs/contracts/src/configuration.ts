import type { ProviderId } from './vocabulary.js';

/** Where a channel's secret is read from. The secret itself is never part of a revision. */
export type CredentialRef = { readonly env: string } | { readonly file: string } | { readonly none: true };

export interface Channel {
  readonly id: string;
  readonly provider: ProviderId;
  /** With the version segment: `https://api.openai.com/v1`; no trailing slash. */
  readonly baseUrl: string;
  readonly region: string;
  readonly credential: CredentialRef;
}

export type Capability = 'tools' | 'images';

export interface Model {
  readonly id: string;
  readonly approved: boolean;
  /** Tokens of prompt and answer together. */
  readonly contextWindow: number;
  /** The most tokens one answer may have; sent where a provider requires a limit and the caller gave none. */
  readonly maxOutputTokens: number;
  readonly capabilities: readonly Capability[];
}

/** Micro-units of the currency per million tokens: 2500000 is 2.50 a million. */
export interface Price {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
}

export interface Target {
  readonly id: string;
  readonly model: string;
  readonly channel: string;
  /** The provider's own id of the pinned version, sent on the wire. */
  readonly providerModel: string;
  readonly price: Price;
  readonly weight: number;
}

/** All in milliseconds. */
export interface Deadlines {
  /** DNS, TCP and TLS. */
  readonly connect: number;
  /** From sending a streamed call to its first content token; pings are no content. */
  readonly firstToken: number;
  /** The longest silence between two content tokens. */
  readonly interToken: number;
  /** One attempt from start to end; for an unstreamed call the time to its whole answer. */
  readonly attempt: number;
  /** The whole call over all attempts. */
  readonly total: number;
}

export interface Route {
  /** What agents name in `model`. */
  readonly id: string;
  /** The pinned model; an answer of any other is a substitution. */
  readonly model: string;
  /** Target ids: each tier is tried before the next. */
  readonly tiers: readonly (readonly string[])[];
  readonly deadlines: Deadlines;
}

/** A caller's key. Only its hash is kept. */
export interface ApiKey {
  readonly id: string;
  /** Lower-case hexadecimal SHA-256 of the whole key. */
  readonly sha256: string;
  readonly tenant: string;
  readonly team: string;
  readonly agent: string;
  /** Route ids it may name; `*` for all. */
  readonly routes: readonly string[];
  /** May use the console. */
  readonly operator: boolean;
}

/** When a target is taken out, and for how long. */
export interface HealthPolicy {
  readonly consecutiveFailures: number;
  /** First time a target stays open, in milliseconds; doubles at each failed probe. */
  readonly openMs: number;
  readonly maxOpenMs: number;
}

/** One immutable, numbered state of the whole configuration. */
export interface Revision {
  readonly number: number;
  /** Hash of the content: the same content is the same revision. */
  readonly digest: string;
  readonly channels: readonly Channel[];
  readonly models: readonly Model[];
  readonly targets: readonly Target[];
  readonly routes: readonly Route[];
  readonly keys: readonly ApiKey[];
  readonly health: HealthPolicy;
  /** Root parameters beyond the surfaces' own that callers may send (for `openai-compatible` extensions). */
  readonly extraParameters: readonly string[];
}
