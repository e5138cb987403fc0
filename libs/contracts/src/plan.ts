import type { ErrorDescription } from '#libs/kernel';
import type { Capability, Conduct, RouteDeadlines } from './configuration.js';
import type { Principal, Surface } from './vocabulary.js';

/** What policy needs to know of a request; never its body. */
export interface RequestFacts {
  readonly requestId: string;
  readonly surface: Surface;
  readonly route: string;
  readonly principal: Principal;
  readonly stream: boolean;
  /** A lower bound, from the body's size. */
  readonly estimatedInputTokens: number;
  /** As the caller asked; 0 where it did not. */
  readonly maxOutputTokens: number;
  readonly needs: readonly Capability[];
  readonly traceparent?: string;
}

/** Policy's answer: ordered tiers of lawful targets. */
export interface Plan {
  readonly revision: number;
  readonly route: string;
  /** The pinned model. */
  readonly model: string;
  readonly tiers: readonly (readonly string[])[];
  readonly deadlines: RouteDeadlines;
  readonly conduct: Conduct;
}

/** How far an answer holds: for the same key, route and needs, under the plan's revision. */
export interface Reuse {
  /** Of prompt and answer together. */
  readonly upToTokens: number;
  readonly forMs: number;
}

/** Without `reuse` the plan is for this one request. */
export type Decision =
  { readonly plan: Plan; readonly reuse?: Reuse } | { readonly refusal: ErrorDescription; readonly revision: number };
