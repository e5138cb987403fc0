export const faultKindNames = [
  'rate-limit',
  'quota-exhausted',
  'server-error',
  'unavailable',
  'overloaded',
  'bad-request',
  'unprocessable',
  'not-found',
  'unauthorized',
  'forbidden',
  'auth-unavailable',
  'payment-required',
  'daily-quota',
  'content-filter',
  'context-length',
  'quota',
  'herd',
  'mixed',
  'bad-gateway',
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
  'corrupt-token',
  'wrong-prefix',
  'crlf',
  'byte-order-mark',
  'missing-terminator',
  'no-content',
  'empty-answer',
  'wrong-model',
  'filtered-answer',
  'garbled',
  'repeated-token',
  'wrong-script',
  'repeats-prefill',
  'not-json',
  'missing-usage',
  'wrong-usage',
  'lying-limits',
  'tiny-chunks',
  'giant-line',
] as const;

export type FaultKindName = (typeof faultKindNames)[number];

export const cutModes = ['fin', 'rst', 'end'] as const;

/** How a cut looks on the wire: a closed connection, a TCP reset, or a clean end of the HTTP answer. */
export type CutMode = (typeof cutModes)[number];

/** A delay to retry after, as seconds, as an HTTP date, or in OpenAI's `retry-after-ms`. */
export const retryAfterForms = ['seconds', 'date', 'ms'] as const;

export const wrongUsages = ['high', 'low', 'zero', 'negative'] as const;

/** What rate-limit headers claim, whatever is true: that all is left, that nothing is, or something that is no number. */
export const limitClaims = ['plenty', 'nothing', 'nonsense'] as const;

/** What makes two calls the same caller's, so that a sticky fault strikes both or neither. */
export const stickyBy = ['credential', 'prompt'] as const;

/** What single kinds take besides the fields that all faults share. */
export interface FaultParameters {
  /** Seconds in the `retry-after` header; without it no header is sent. */
  readonly retryAfterSeconds?: number;
  readonly retryAfterForm?: (typeof retryAfterForms)[number];
  /** Stands in the `retry-after` header as it is, however absurd. */
  readonly retryAfterText?: string;
  /** The error code that OpenAI's body carries, in place of the kind's own. */
  readonly code?: string;
  readonly requestsPerMinute?: number;
  /** Prompt and the longest answer asked for, together. */
  readonly tokensPerMinute?: number;
  readonly callsPerSecond?: number;
  /** How long a channel that was overrun refuses everything. */
  readonly relapseMs?: number;
  /** Only prompts of more tokens are too long; without it, all are. */
  readonly contextTokens?: number;
  /** Kinds to choose from, separated by commas. */
  readonly kinds?: string;
  readonly usage?: (typeof wrongUsages)[number];
  readonly says?: (typeof limitClaims)[number];
  /** Tokens take this many times their pace. */
  readonly factor?: number;
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
  /** Only calls with this credential: the key itself, or its digest as the call log shows it. */
  readonly credential?: string;
  /** Only prompts of at least, and of at most, so many tokens. */
  readonly minPromptTokens?: number;
  readonly maxPromptTokens?: number;
  /** The share of matching calls it strikes, 0 to 100. */
  readonly percent?: number;
  /** The same callers are struck every time: the share is one of callers, not of calls. */
  readonly sticky?: (typeof stickyBy)[number];
  /** It begins only after this time. */
  readonly startAfterMs?: number;
  /** The share grows evenly from nothing during this time. */
  readonly onsetMs?: number;
  /** It flaps: on for this time, off for this time, and so on. */
  readonly periodMs?: number;
  /** It ends by itself after this time, counted from its beginning. */
  readonly durationMs?: number;
  /** After its duration the share falls evenly to nothing during this time. */
  readonly recoveryMs?: number;
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
