import type { RefusalReason } from '../dialect.js';
import * as answers from './answer-faults.js';
import type { FaultKindName, FaultParameter, FaultParameters } from './fault.js';
import * as framing from './framing-faults.js';
import { lyingLimits } from './header-faults.js';
import { herd } from './herd.js';
import { longerThan } from './longer-than.js';
import { quota } from './quota.js';
import * as wire from './script-faults.js';
import type { Trigger } from './trigger.js';

interface KindDescription {
  /** One line for an operator. */
  readonly summary: string;
  readonly parameters: readonly FaultParameter[];
  /** It means nothing to an unstreamed call, and leaves it alone. */
  readonly streamedOnly?: boolean;
  /** Which of the calls it strikes, where that is more than a matter of scope and share. */
  readonly trigger?: (parameters: FaultParameters) => Trigger;
}

/**
 * A kind strikes in one of three places: instead of the answer, in what the answer says, or on the wire. A mixture
 * strikes as another kind each time.
 */
export type FaultKind = KindDescription &
  (
    | { readonly stage: 'refusal'; readonly reason: RefusalReason }
    | { readonly stage: 'answer'; readonly change: answers.AnswerFault }
    | { readonly stage: 'script'; readonly change: wire.ScriptFault }
    | { readonly stage: 'mixture' }
  );

const retryAfter: readonly FaultParameter[] = ['retryAfterSeconds', 'retryAfterForm', 'retryAfterText'];

function refusal(reason: RefusalReason, summary: string, parameters: readonly FaultParameter[] = []): FaultKind {
  return { stage: 'refusal', reason, summary, parameters: [...parameters, ...retryAfter] };
}

function answer(change: answers.AnswerFault, summary: string, parameters: readonly FaultParameter[] = []): FaultKind {
  return { stage: 'answer', change, summary, parameters };
}

function script(change: wire.ScriptFault, summary: string, parameters: readonly FaultParameter[] = []): FaultKind {
  return { stage: 'script', change, summary, parameters };
}

function streamed(change: wire.ScriptFault, summary: string, parameters: readonly FaultParameter[] = []): FaultKind {
  return { stage: 'script', change, summary, parameters, streamedOnly: true };
}

export const faultKinds: Readonly<Record<FaultKindName, FaultKind>> = {
  'rate-limit': refusal('rate-limit', '429, the rate limit is used up'),
  'quota-exhausted': refusal('quota-exhausted', 'no money left: 429 at OpenAI, 400 at Anthropic', ['code']),
  'server-error': refusal('server-error', '500'),
  unavailable: refusal('unavailable', '503'),
  overloaded: refusal('overloaded', '529 at Anthropic, 503 at OpenAI'),
  'bad-request': refusal('bad-request', '400 to a request that is fine'),
  unprocessable: refusal('unprocessable', '422 to a request that is fine'),
  'not-found': refusal('not-found', '404, as for a model that is gone'),
  unauthorized: refusal('unauthorized', '401, as for a revoked key'),
  forbidden: refusal('forbidden', '403, as for a key without the right'),
  'auth-unavailable': refusal('auth-unavailable', '503, the provider cannot check keys'),
  'payment-required': refusal('payment-required', '402'),
  'daily-quota': refusal('daily-quota', "429, the day's quota is used up"),
  'content-filter': refusal('content-filter', '400, the prompt is against the rules'),
  'context-length': {
    ...refusal('context-length', '400, the prompt is longer than the context window', ['contextTokens']),
    trigger: longerThan,
  },
  quota: {
    ...refusal('rate-limit', 'real limits per key and model: headers count down, then 429 until there is room', [
      'requestsPerMinute',
      'tokensPerMinute',
    ]),
    trigger: quota,
  },
  herd: {
    ...refusal('overloaded', 'takes so many calls a second; with more it refuses all for a while', [
      'callsPerSecond',
      'relapseMs',
    ]),
    trigger: herd,
  },
  mixed: {
    stage: 'mixture',
    summary: 'one of several kinds each time; by default 429, 503 and hangs',
    parameters: ['kinds'],
  },
  'bad-gateway': script(wire.badGateway, '502 with an HTML page'),
  hang: script(wire.hang, 'takes the call and never answers'),
  latency: script(wire.latency, 'everything comes later by a constant time', ['delayMs']),
  'slow-first-token': script(wire.slowFirstToken, 'headers come at once, content late', ['delayMs', 'pings']),
  'slow-tokens': streamed(wire.slowTokens, 'a pause before every token, or a slower pace', ['tokenMs', 'factor']),
  reset: script(wire.reset, 'TCP reset instead of an answer'),
  'reset-after-headers': script(wire.resetAfterHeaders, 'TCP reset right after the headers'),
  cut: script(wire.cut, 'the connection ends in the middle of the answer', ['afterTokens', 'mode']),
  stall: script(wire.stall, 'goes silent in the middle of the answer', ['afterTokens', 'pings']),
  'error-event': streamed(wire.errorEvent, 'an error inside a stream that began well', ['afterTokens']),
  'malformed-chunk': script(wire.malformedChunk, 'broken JSON in an otherwise whole answer', ['afterTokens']),
  'corrupt-token': streamed(framing.corruptToken, "a token's JSON is broken, and the token lost", ['afterTokens']),
  'wrong-prefix': streamed(framing.wrongPrefix, "a token's line does not begin with data:", ['afterTokens']),
  crlf: streamed(framing.crlf, 'lines end in CR LF, which is allowed'),
  'byte-order-mark': streamed(framing.byteOrderMark, 'a stream begins with a byte-order mark, which is allowed'),
  'missing-terminator': streamed(wire.missingTerminator, 'all content, but no end marker'),
  'no-content': script(wire.noContent, '200 and only pings, for ever', ['pings']),
  'empty-answer': answer(answers.emptyAnswer, 'a well-formed answer without content'),
  'wrong-model': answer(answers.wrongModel, 'the answer reports another model', ['reported']),
  'filtered-answer': answer(answers.filteredAnswer, "the vendor's filter stops the answer", ['afterTokens']),
  garbled: answer(answers.garbled, 'the answer is noise'),
  'repeated-token': answer(answers.repeatedToken, 'the answer is one word again and again'),
  'wrong-script': answer(answers.wrongScript, 'the answer drifts into another script'),
  'repeats-prefill': answer(answers.repeatsPrefill, 'a continued answer says the last words again'),
  'not-json': script(wire.notJson, '200 with an HTML page'),
  'missing-usage': answer(answers.missingUsage, 'the answer reports no usage'),
  'wrong-usage': answer(answers.wrongUsage, 'the answer reports wrong usage', ['usage']),
  'lying-limits': script(lyingLimits, 'rate-limit headers that are not true', ['says']),
  'tiny-chunks': script(wire.tinyChunks, 'every byte by itself, characters split'),
  'giant-line': script(wire.giantLine, 'one very long line', ['bytes']),
};

/** A kind that remembers earlier calls, or is a mixture itself, has no place in a mixture. */
export function canBeMixed(kind: FaultKind): boolean {
  return kind.stage !== 'mixture' && kind.trigger === undefined;
}
