/** The API shapes agents may speak to ingress. */
export type Surface = 'openai-chat' | 'anthropic-messages';

/** The wire format a provider speaks. One family serves many providers. */
export type Family = 'openai' | 'anthropic';

export type ProviderId = 'openai' | 'openai-compatible' | 'anthropic';

/** Who asks; carried from ingress to ledger. `key` is the key's id, never its secret. */
export interface Principal {
  readonly tenant: string;
  readonly team: string;
  readonly agent: string;
  readonly key: string;
}

/** Tokens as the provider counted them. */
export interface Usage {
  /** All prompt tokens, cached ones included. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Prompt tokens read from the provider's cache (a part of `inputTokens`). */
  readonly cacheReadTokens: number;
  /** Prompt tokens written to the provider's cache (a part of `inputTokens`). */
  readonly cacheWriteTokens: number;
}

/** Of an attempt that was not made, or of which the provider said nothing. */
export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };

/** What a failed attempt means; decides penalty and next step. */
export type FaultClass =
  | 'rate_limited' // Q1: our own rate quota
  | 'money_gone' // Q2: no credit, or a spend limit; only an operator can mend it
  | 'daily_quota' // Q3: a long-term quota is used up until the time the provider states
  | 'overloaded' // P1: the provider is congested
  | 'provider_error' // P2: 500, 502, 504
  | 'bad_credential' // A: 401, 403
  | 'client_error' // C: the request itself is wrong
  | 'context_length' // C: too long for this model; a larger window may take it
  | 'refused' // C: rejected by the provider's content filter
  | 'unreachable' // N1: DNS, connect, TLS, refused, reset before an answer
  | 'hang' // N2: no response in time
  | 'slow_first_token' // T1: an answer began, no content in time
  | 'stall' // T2: content stopped coming
  | 'cut' // T3: ended without terminator, or reset
  | 'error_event' // T3: the provider reported an error inside a 200
  | 'wrong_output' // G1: empty answer, not JSON
  | 'wrong_model' // G1: another model answered than was asked for
  | 'not_capable' // the request cannot be expressed for this target; nothing was sent
  | 'cancelled' // the caller left
  | 'hedge_lost' // another target answered the same call first
  | 'dispatcher_lost'; // our own process died during the attempt
