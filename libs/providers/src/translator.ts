import type { FaultClass, FieldSpans, ProviderId, Usage } from '#libs/contracts';

/** What a translator needs to know of the target. */
export interface WireTarget {
  readonly provider: ProviderId;
  /** The provider's id of the pinned version; goes into the body's `model`. */
  readonly providerModel: string;
  /** Sent where the wire format demands a limit and the caller gave none. */
  readonly maxOutputTokens: number;
  /** Model ids that the answer may name besides `providerModel` and its dated forms; `*` at the end for any ending. */
  readonly servedAs: readonly string[];
  /** An answer that names another model is the fault `wrong_model`; false where what it names is up to the operator of the server. */
  readonly checkServed: boolean;
  /** An answer without any output is as good as another. */
  readonly mayBeEmpty?: boolean;
  /** The caller gave stop sequences: an answer may begin with one, and then ends before its first character. */
  readonly mayStopAtOnce?: boolean;
}

/** The caller's request as ingress guarded it: whole, valid JSON in UTF-8, an object at the top. */
export interface CallBody {
  readonly bytes: Uint8Array;
  /** Where each top-level value stands in `bytes`. */
  readonly fields: FieldSpans;
  readonly stream: boolean;
  /** Headers of the caller that a provider of the same family may see. */
  readonly forward: { readonly [header: string]: string };
}

/** One HTTP request to a provider, without its credential. */
export interface ProviderRequest {
  /** Appended to the channel's base URL: `/chat/completions`. */
  readonly path: string;
  readonly headers: { readonly [header: string]: string };
  /** Pieces to be sent one after another, so that a large body is never copied to be edited. */
  readonly body: readonly Uint8Array[];
}

/** What the provider's answer said of itself. */
export interface AnswerReport {
  /** The model id in the answer. */
  readonly servedVersion?: string;
  readonly usage: Usage;
  /** False where the provider gave no usage: `usage` is then zero. */
  readonly usageReported: boolean;
  /** UTF-8 bytes of the output that was seen: all there is to go by where usage is missing. */
  readonly outputBytes: number;
  /** The provider's own word for why it stopped. */
  readonly finishReason?: string;
  /** Some output (text, tool call, thinking, refusal) was seen. */
  readonly content: boolean;
  /**
   * The provider's filter or the model itself refused to answer. A refusal in words is known with its first content; a
   * filter may also cut an answer off later.
   */
  readonly refused: boolean;
  /** Chunks that were not JSON and were skipped. */
  readonly malformed: number;
}

/** A fault that an answer carries in itself, whatever its status said. */
export interface AnswerFault {
  readonly fault: FaultClass;
  /** For operators; safe to log. */
  readonly detail: string;
}

export type WholeAnswer =
  | { readonly bytes: Uint8Array; readonly report: AnswerReport; readonly fault?: undefined }
  | { readonly fault: AnswerFault; readonly report: AnswerReport };

/** What one chunk of the provider's stream brought. */
export interface StreamProgress {
  /** Whole events in the caller's format that may be delivered now; possibly empty. */
  readonly bytes: Uint8Array;
  /** The chunk carried output (text, tool call, thinking, refusal): resets the token deadlines, and is the commit point. */
  readonly content: boolean;
  /** The provider's own terminator was seen and `bytes` holds the end of the caller's stream. */
  readonly ended: boolean;
  /** The stream failed; nothing after it counts. `bytes` holds what came before. */
  readonly fault?: AnswerFault;
}

/**
 * Turns a provider's stream into the caller's. Any chunking of the same bytes gives the same result.
 * The finish (finish reason, usage, terminator) is held back until the provider's terminator has been seen, so a cut
 * stream never looks finished.
 */
export interface StreamTranslator {
  push(chunk: Uint8Array): StreamProgress;
  /** The provider closed the connection: without a terminator before, that is the fault `cut`. */
  close(): StreamProgress;
  report(): AnswerReport;
}

/** One attempt's translation, from the caller's surface to a provider's wire format and back. No I/O. */
export interface Exchange {
  readonly request: ProviderRequest;
  /** Reads a whole, unstreamed answer of status 200. */
  answer(bytes: Uint8Array): WholeAnswer;
  stream(): StreamTranslator;
}

/** @throws GatewayError `unsupported_parameter`, `invalid_type`, `invalid_value` or `missing_field`, naming the field. */
export type Translator = (body: CallBody, target: WireTarget) => Exchange;
