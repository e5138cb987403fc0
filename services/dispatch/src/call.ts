import type { AnswerTrail } from '#libs/continuation';
import type { RunRequest } from '#libs/contracts';
import type { GatewayError } from '#libs/kernel';
import type { Span } from '#libs/telemetry';
import type { CommittedDelivery } from './committed-delivery.js';
import { needOf, type CallNeed } from './domain/call-need.js';
import type { Failure } from './domain/exhausted.js';
import type { Tries } from './domain/next-move.js';
import type { ReplyChannel } from './reply-channel.js';

/** One request as this dispatcher runs it. */
export interface Call {
  readonly request: RunRequest;
  body: Uint8Array;
  readonly reply: ReplyChannel;
  readonly cancelled: AbortSignal;
  readonly span: Span;
  /** Why targets did not answer, in order. */
  readonly failures: Failure[];
  /** What it has had of each target. */
  readonly tries: Map<string, Tries>;
  /** Epoch milliseconds until which the pinned model is waited for. */
  readonly patientUntil: number;
  /** What the caller has of the answer, where another target may go on with it. */
  trail: AnswerTrail | undefined;
  /** Where the caller gets nothing before the answer is whole. */
  held: CommittedDelivery | undefined;
  /** Ends the call whatever else could be tried. */
  fatal: GatewayError | undefined;
  /** How often another target went on with the answer. */
  continuations: number;
  /** Estimated, once the body is there. */
  need: CallNeed;
  /** Attempts begun, those of lost dispatchers included. */
  attempts: number;
  /** Milliseconds spent in them. */
  providerMs: number;
}

type Given = Pick<Call, 'request' | 'body' | 'reply' | 'cancelled' | 'span'>;

/** A call of which nothing has been tried yet. */
export function newCall(given: Given, patientUntil: number): Call {
  return {
    ...given,
    failures: [],
    tries: new Map(),
    patientUntil,
    trail: undefined,
    held: undefined,
    fatal: undefined,
    continuations: 0,
    need: needOf(given.request, given.body.byteLength),
    attempts: given.request.attempts,
    providerMs: 0,
  };
}
