import type { Plan } from './plan.js';
import type { AttemptRecord, CompletionOutcome } from './records.js';
import type { Principal, Surface, Usage } from './vocabulary.js';
import type { ErrorCode } from '#libs/kernel';

/** Byte ranges of the body's top-level values, `[start, end)`: what passes through is edited in place, not re-printed. */
export type FieldSpans = { readonly [field: string]: readonly [start: number, end: number] };

/** Sent before the provider is called, so that no attempt goes unknown if its dispatcher dies. */
export type AttemptStart = Pick<
  AttemptRecord,
  | 'attemptId'
  | 'number'
  | 'purpose'
  | 'model'
  | 'target'
  | 'channel'
  | 'provider'
  | 'requestedVersion'
  | 'startedAt'
  | 'dispatcher'
>;

/** Where an ingress listens for dispatchers; who knows the secret has heard of it on the bus. */
export interface ReturnAddress {
  readonly host: string;
  readonly port: number;
  /** The shorter way for who is on its host: a Unix socket's name in Linux's abstract namespace, which leaves no file. */
  readonly local?: string;
  readonly secret: string;
}

/** The head of a `run` message; the body follows it by value or waits at `claim`. */
export interface RunRequest {
  readonly v: 1;
  readonly requestId: string;
  /** Counts hand-overs of one request; a dispatcher that lost it is outrun by a higher epoch. */
  readonly epoch: number;
  /** Attempts that lost dispatchers began: the successor counts on from them. */
  readonly attempts: number;
  readonly surface: Surface;
  readonly stream: boolean;
  readonly principal: Principal;
  readonly plan: Plan;
  readonly fields: FieldSpans;
  /** Headers of the caller that a provider of the same family may see (`anthropic-version`, `anthropic-beta`). */
  readonly forward: { readonly [header: string]: string };
  /** The most tokens the caller wants back; 0 where it did not say. */
  readonly maxOutputTokens: number;
  /** What a sticky route's calls of one session have in common. */
  readonly session?: string;
  /** Epoch milliseconds at which the whole call ends, whatever happens. */
  readonly deadlineAt: number;
  readonly traceparent?: string;
  /** Where the body can be fetched when it is not in the message. */
  readonly claim?: { readonly url: string; readonly bytes: number };
  /** Where frames may be sent without crossing the broker. */
  readonly returnAddress?: ReturnAddress;
}

/** The start of an answer in the caller's format. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: { readonly [header: string]: string };
  /** The answer is still to come: nothing but keep-alives follows until its own head, or an error. */
  readonly held?: true;
}

/** How dispatch saw the call end. */
export interface RunSummary {
  readonly outcome: CompletionOutcome;
  readonly errorCode?: ErrorCode;
  readonly attempts: number;
  /** Milliseconds spent in attempts at providers. */
  readonly providerMs: number;
  readonly model?: string;
  readonly servedVersion?: string;
  readonly channel?: string;
  readonly continuations?: number;
  readonly substitutionReason?: string;
  readonly usage: Usage;
  readonly usageEstimated?: boolean;
  readonly costMicros: number;
}

/** From dispatch to ingress, numbered from 0 in each epoch. */
export type Frame =
  /** An attempt begins. The first also says who has the call. */
  | { readonly type: 'attempt'; readonly seq: number; readonly attempt: AttemptStart }
  | { readonly type: 'head'; readonly seq: number; readonly head: AnswerHead }
  | { readonly type: 'data'; readonly seq: number; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly seq: number; readonly summary: RunSummary }
  /** Head, body and end of a short answer in one. */
  | {
      readonly type: 'whole';
      readonly seq: number;
      readonly head: AnswerHead;
      readonly summary: RunSummary;
      readonly bytes: Uint8Array;
    };

/** From ingress to the dispatcher that runs a call. */
export type Control =
  | { readonly do: 'cancel'; readonly requestId: string; readonly epoch: number }
  /** The caller has taken this many more bytes. */
  | { readonly do: 'credit'; readonly requestId: string; readonly epoch: number; readonly bytes: number };
