import type { Answer } from '../answer.js';
import type { RefusalReason } from '../dialect.js';
import type { FaultKindName, FaultParameter, FaultParameters } from './fault.js';
import * as wire from './script-faults.js';

interface KindDescription {
  /** One line for an operator. */
  readonly summary: string;
  readonly parameters: readonly FaultParameter[];
  /** It means nothing to an unstreamed call, and leaves it alone. */
  readonly streamedOnly?: boolean;
}

/** A kind strikes in one of three places: instead of the answer, in what the answer says, or on the wire. */
export type FaultKind = KindDescription &
  (
    | { readonly stage: 'refusal'; readonly reason: RefusalReason }
    | { readonly stage: 'answer'; readonly change: (answer: Answer, parameters: FaultParameters) => Answer }
    | { readonly stage: 'script'; readonly change: wire.ScriptFault }
  );

function refusal(reason: RefusalReason, summary: string): FaultKind {
  return { stage: 'refusal', reason, summary, parameters: ['retryAfterSeconds'] };
}

function script(change: wire.ScriptFault, summary: string, parameters: readonly FaultParameter[] = []): FaultKind {
  return { stage: 'script', change, summary, parameters };
}

function streamed(change: wire.ScriptFault, summary: string, parameters: readonly FaultParameter[] = []): FaultKind {
  return { stage: 'script', change, summary, parameters, streamedOnly: true };
}

export const faultKinds: Readonly<Record<FaultKindName, FaultKind>> = {
  'rate-limit': refusal('rate-limit', '429, the rate limit is used up'),
  'quota-exhausted': refusal('quota-exhausted', 'no money left: 429 at OpenAI, 400 at Anthropic'),
  'server-error': refusal('server-error', '500'),
  unavailable: refusal('unavailable', '503'),
  overloaded: refusal('overloaded', '529 at Anthropic, 503 at OpenAI'),
  'bad-request': refusal('bad-request', '400 to a request that is fine'),
  unauthorized: refusal('unauthorized', '401, as for a revoked key'),
  hang: script(wire.hang, 'takes the call and never answers'),
  latency: script(wire.latency, 'everything comes later by a constant time', ['delayMs']),
  'slow-first-token': script(wire.slowFirstToken, 'headers come at once, content late', ['delayMs', 'pings']),
  'slow-tokens': streamed(wire.slowTokens, 'a pause before every token', ['tokenMs']),
  reset: script(wire.reset, 'TCP reset instead of an answer'),
  'reset-after-headers': script(wire.resetAfterHeaders, 'TCP reset right after the headers'),
  cut: script(wire.cut, 'the connection ends in the middle of the answer', ['afterTokens', 'mode']),
  stall: script(wire.stall, 'goes silent in the middle of the answer', ['afterTokens', 'pings']),
  'error-event': streamed(wire.errorEvent, 'an error inside a stream that began well', ['afterTokens']),
  'malformed-chunk': script(wire.malformedChunk, 'broken JSON in an otherwise whole answer', ['afterTokens']),
  'missing-terminator': streamed(wire.missingTerminator, 'all content, but no end marker'),
  'no-content': script(wire.noContent, '200 and only pings, for ever', ['pings']),
  'empty-answer': {
    stage: 'answer',
    summary: 'a well-formed answer without content',
    parameters: [],
    change: (answer) => ({
      ...answer,
      blocks: [],
      stop: { reason: 'end' },
      ...(answer.usage === undefined ? {} : { usage: { ...answer.usage, outputTokens: 0 } }),
    }),
  },
  'wrong-model': {
    stage: 'answer',
    summary: 'the answer reports another model',
    parameters: ['reported'],
    change: (answer, { reported }) => ({ ...answer, model: reported ?? 'another-model' }),
  },
  'not-json': script(wire.notJson, '200 with an HTML page'),
  'missing-usage': {
    stage: 'answer',
    summary: 'the answer reports no usage',
    parameters: [],
    change: ({ usage: _, ...answer }) => answer,
  },
  'tiny-chunks': script(wire.tinyChunks, 'every byte by itself, characters split'),
  'giant-line': script(wire.giantLine, 'one very long line', ['bytes']),
};
