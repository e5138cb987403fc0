export const faultKindNames = [
  'rate-limit',
  'quota-exhausted',
  'server-error',
  'unavailable',
  'overloaded',
  'bad-request',
  'unauthorized',
  'hang',
  'latency',
  'slow-first-token',
  'slow-tokens',
  'reset',
  'reset-after-headers',
  'cut',
  'stall',
  'error-event',
  'malformed-chunk',
  'missing-terminator',
  'no-content',
  'empty-answer',
  'wrong-model',
  'not-json',
  'missing-usage',
  'tiny-chunks',
  'giant-line',
] as const;

export type FaultKindName = (typeof faultKindNames)[number];

export const cutModes = ['fin', 'rst', 'end'] as const;

/** How a cut looks on the wire: a closed connection, a TCP reset, or a clean end of the HTTP answer. */
export type CutMode = (typeof cutModes)[number];

/** What single kinds take besides the fields that all faults share. */
export interface FaultParameters {
  /** Seconds in the `retry-after` header; without it no header is sent. */
  readonly retryAfterSeconds?: number;
  readonly delayMs?: number;
  /** Added before every token. */
  readonly tokenMs?: number;
  /** How many tokens go out before the fault strikes; 0 strikes before any content. */
  readonly afterTokens?: number;
  readonly mode?: CutMode;
  /** Whether pings (comments at OpenAI) go on while nothing else does. */
  readonly pings?: boolean;
  /** The model id to report. */
  readonly reported?: string;
  /** The length of the giant line. */
  readonly bytes?: number;
}

export type FaultParameter = keyof FaultParameters;

/** A fault as it is asked for. */
export interface FaultDefinition extends FaultParameters {
  /** Default: made of channel, kind and model, so that the same fault set again replaces itself. */
  readonly id?: string;
  /** A channel's id, or `*` for all. */
  readonly channel: string;
  /** Only calls that name this model. */
  readonly model?: string;
  readonly kind: FaultKindName;
  /** The share of matching calls it strikes, 0 to 100. */
  readonly percent?: number;
  /** It ends by itself after this time. */
  readonly durationMs?: number;
  /** Which calls it strikes follows from the seed and the order of the calls alone. */
  readonly seed?: number;
  /** Only streamed (`true`) or only unstreamed (`false`) calls. */
  readonly stream?: boolean;
}

/** A fault that is in force. */
export interface ActiveFault extends FaultDefinition {
  readonly id: string;
  readonly percent: number;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  readonly endsAt?: number;
  /** Calls it could have struck so far, and calls it did strike. */
  readonly matched: number;
  readonly struck: number;
}
