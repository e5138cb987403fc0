import { errorCatalogue, type ErrorCode } from './error-catalogue.js';

/** What a caller is told of an error: safe to show, never holding a secret or a provider's internals. */
export interface ErrorDescription {
  readonly code: ErrorCode;
  /** HTTP status towards the caller. */
  readonly status: number;
  /** One sentence with the cause and the fix. */
  readonly message: string;
  /** The request field at fault, in dotted form (`messages.0.role`). */
  readonly field?: string;
  /** How long the caller should wait before it tries again, in milliseconds. */
  readonly retryAfterMs?: number;
}

interface ErrorDetails {
  readonly field?: string;
  readonly retryAfterMs?: number;
  /** Only where a provider's own status must reach the caller. */
  readonly status?: number;
  readonly cause?: unknown;
}

/** The one error class that crosses Breakwater's borders: a stable code from the catalogue, and what the caller may know. */
export class GatewayError extends Error implements ErrorDescription {
  override readonly name = 'GatewayError';
  readonly status: number;
  readonly field?: string;
  readonly retryAfterMs?: number;

  constructor(
    readonly code: ErrorCode,
    message: string,
    details: ErrorDetails = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.status = details.status ?? errorCatalogue[code];
    if (details.field !== undefined) this.field = details.field;
    if (details.retryAfterMs !== undefined) this.retryAfterMs = details.retryAfterMs;
  }

  /** The part that may travel: over NATS, into a log, to the caller. */
  describe(): ErrorDescription {
    return {
      code: this.code,
      status: this.status,
      message: this.message,
      ...(this.field === undefined ? {} : { field: this.field }),
      ...(this.retryAfterMs === undefined ? {} : { retryAfterMs: this.retryAfterMs }),
    };
  }

  static from(description: ErrorDescription): GatewayError {
    return new GatewayError(description.code, description.message, description);
  }
}
