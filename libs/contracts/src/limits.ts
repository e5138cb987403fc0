/** What a provider limits: calls, or tokens by kind, each in its own window. */
export type LimitKind = 'requests' | 'tokens' | 'input_tokens' | 'output_tokens';

/** What an answer's headers say of one limit of the credential it was asked with. */
export interface LimitReading {
  readonly kind: LimitKind;
  readonly limit?: number;
  readonly remaining?: number;
  /** Milliseconds until it is full again. */
  readonly resetMs?: number;
}
