import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from './answer.js';
import type { Identifiers } from './identifiers.js';
import type { Prompt } from './prompt.js';
import type { RateLimits } from './rate-limits.js';
import type { Frame } from './script.js';

export type Family = 'openai' | 'anthropic';

/** One simulated channel; its id is the first segment of its URLs. */
export interface SimulatedChannel {
  readonly id: string;
  readonly family: Family;
  /** The only models it serves; without it, any. */
  readonly models?: readonly string[];
}

/** A provider's error answer, before it is put into the provider's JSON. */
export interface Refusal {
  readonly status: number;
  readonly type: string;
  readonly message: string;
  readonly param?: string;
  readonly code?: string;
  /** The rate-limit headers say that nothing is left. */
  readonly exhausted?: boolean;
  /** Headers that tell the caller when to come back. */
  readonly retryAfter?: Readonly<Record<string, string>>;
}

export type RefusalReason =
  | 'rate-limit'
  | 'quota-exhausted'
  | 'server-error'
  | 'unavailable'
  | 'overloaded'
  | 'bad-request'
  | 'unprocessable'
  | 'not-found'
  | 'unauthorized'
  | 'forbidden'
  | 'auth-unavailable'
  | 'payment-required'
  | 'daily-quota'
  | 'content-filter'
  | 'context-length'
  | 'too-large';

/** A prompt that does not fit. */
export interface Excess {
  readonly promptTokens: number;
  readonly window: number;
}

export interface ProviderRequest {
  readonly method: string;
  /** The path after the channel's segment, without the query: `/v1/messages`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The body; `undefined` where it is not JSON. */
  readonly json: unknown;
}

export interface CallContext {
  readonly channel: SimulatedChannel;
  readonly requestId: string;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly identifiers: Identifiers;
  /** What a quota in force leaves to the caller; without one there is plenty. */
  readonly limits?: RateLimits;
}

/** A request for a model's answer, and how to write that answer down. */
export interface Chat {
  readonly prompt: Prompt;
  readonly streamed: boolean;
  document(answer: Answer): string;
  frames(answer: Answer): readonly Frame[];
}

export type Reading =
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'document'; readonly text: string }
  | { readonly kind: 'chat'; readonly chat: Chat };

/** Texts that only faults put on the wire. */
export interface StreamNoise {
  readonly ping: string;
  readonly brokenFrame: string;
  errorFrame(requestId: string): string;
}

/** A provider family's protocol. Pure: no socket, no clock. */
export interface Dialect {
  readonly toolIdPrefix: string;
  readonly requestIdPrefix: string;
  readonly refusals: Readonly<Record<Exclude<RefusalReason, 'context-length'>, Refusal>>;
  tooLong(excess: Excess): Refusal;
  readonly noise: StreamNoise;
  read(request: ProviderRequest, context: CallContext): Reading;
  refusalText(refusal: Refusal, requestId: string): string;
  /** Headers of every answer; a refusal may change what the rate limits say. */
  headers(context: CallContext, refusal?: Refusal): Readonly<Record<string, string>>;
}
