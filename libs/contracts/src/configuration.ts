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
  /** The vendor's public status page: one more signal, never the deciding one. */
  readonly statusPage?: StatusPage;
}

export interface StatusPage {
  /** Of a page in Statuspage's format: `https://status.example.com`; `/api/v2/summary.json` is read. */
  readonly url: string;
  /** The components that matter to the channel, by name; empty for the whole page's indicator. */
  readonly components: readonly string[];
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
  readonly limits: TargetLimits;
  /** It goes on from an answer's beginning that ends the request as an assistant message. */
  readonly acceptsContinuation: boolean;
  /**
   * Model ids it may report besides `providerModel` and its dated forms; `*` at the end for any ending. Another id is
   * the fault `wrong_model`.
   */
  readonly servedAs: readonly string[];
}

/** What one dispatcher may have under way at a target; absent where there is no limit of ours. */
export interface TargetLimits {
  readonly concurrency?: number;
  /** Estimated prompt and answer tokens together. */
  readonly tokensInFlight?: number;
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

/** What a route says of deadlines; what it leaves out adapts to each target's own history. */
export type RouteDeadlines = Pick<Deadlines, 'connect' | 'total'> &
  Partial<Pick<Deadlines, 'firstToken' | 'interToken' | 'attempt'>>;

/** How a target is chosen among the usable ones of a tier. */
export type Strategy = 'weighted' | 'priority' | 'lowest_latency' | 'lowest_cost';

/**
 * `live`: as it comes; a failure after the first content token is an explicit error. `continued`: as `live`, but another
 * target goes on where one accepts that. `committed`: held until it is whole, so that any failure is invisible.
 */
export type Delivery = 'live' | 'continued' | 'committed';

/** How a route's calls are carried. */
export interface Conduct {
  readonly strategy: Strategy;
  /** A session stays at its target (and the target's prompt cache) while that works. */
  readonly sticky: boolean;
  /** Further attempts at the same target after a transient fault, where no other target of the model is left. */
  readonly retries: number;
  /** Milliseconds to wait for the pinned model where it says when it is back, before another model answers. */
  readonly patience: number;
  readonly delivery: Delivery;
  /** The share of spend that second attempts started in time may cost; 0 for none. */
  readonly hedge: number;
  /** Faults of the request itself that may be answered by the next target all the same. */
  readonly fallbackOn: readonly ('client_error' | 'refused')[];
}

export const defaultConduct: Conduct = {
  strategy: 'weighted',
  sticky: false,
  retries: 1,
  patience: 3000,
  delivery: 'live',
  hedge: 0,
  fallbackOn: [],
};

export interface Route {
  /** What agents name in `model`. */
  readonly id: string;
  /** The pinned model; an answer of any other is a substitution. */
  readonly model: string;
  /** Target ids: each tier is tried before the next. */
  readonly tiers: readonly (readonly string[])[];
  readonly deadlines: RouteDeadlines;
  readonly conduct: Conduct;
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
  /** Or: of at least so many calls within the window, at least this share failed. */
  readonly minimumCalls: number;
  readonly failureRatio: number;
  readonly windowMs: number;
  /** First time a target stays open, in milliseconds; doubles at each failed probe. */
  readonly openMs: number;
  readonly maxOpenMs: number;
  /** Flapping: a target opens and closes at most once in this long on average, its first opening and closing aside. */
  readonly changeEveryMs: number;
  /** A target that is back gets 5, 10, 25, 50, then 100 per cent of its share, this long each. */
  readonly rampStepMs: number;
  /** An open target that no call has probed for this long after its time gets a synthetic probe; 0 for never. */
  readonly probeOpenMs: number;
  /** A closed target without traffic for this long gets a synthetic probe; 0 for never. */
  readonly probeIdleMs: number;
  /** How often status pages are read. */
  readonly statusPageMs: number;
}

export const defaultHealthPolicy: HealthPolicy = {
  consecutiveFailures: 3,
  minimumCalls: 10,
  failureRatio: 0.5,
  windowMs: 60_000,
  openMs: 5000,
  maxOpenMs: 300_000,
  changeEveryMs: 60_000,
  rampStepMs: 5000,
  probeOpenMs: 5000,
  probeIdleMs: 0,
  statusPageMs: 30_000,
};

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
