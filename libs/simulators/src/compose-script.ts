import { composeAnswer, type Answer } from './answer.js';
import type { CallContext, Chat, Dialect, Reading, Refusal } from './dialect.js';
import type { ActiveFault } from './faults/fault.js';
import { faultKinds } from './faults/fault-kinds.js';
import { quotaRetrySeconds, retryAfterHeaders } from './retry-after.js';
import { documentScript, streamScript, type Pace, type Script } from './script.js';

/** Who answers, how fast, and what goes wrong. */
export interface Stage {
  readonly dialect: Dialect;
  readonly context: CallContext;
  readonly pace: Pace;
  readonly faults: readonly ActiveFault[];
}

/** Decides everything that will happen in answer to one call: pure, so that the same call always meets the same fate. */
export function composeScript(reading: Reading, stage: Stage): Script {
  const { dialect, context, faults } = stage;
  const refusal = faultRefusal(reading, stage);
  const script = refusal === undefined ? answerScript(reading, stage) : refusalScript(refusal, stage);
  return faults.reduce((changed, fault) => {
    const kind = faultKinds[fault.kind];
    const strike = { parameters: fault, noise: dialect.noise, requestId: context.requestId };
    return kind.stage === 'script' ? kind.change(changed, strike) : changed;
  }, script);
}

export function refusalScript(refusal: Refusal, { dialect, context }: Pick<Stage, 'dialect' | 'context'>): Script {
  const head = { status: refusal.status, headers: dialect.headers(context, refusal) };
  return documentScript(head, dialect.refusalText(refusal, context.requestId));
}

function faultRefusal(reading: Reading, { dialect, context, faults }: Stage): Refusal | undefined {
  for (const fault of faults) {
    const kind = faultKinds[fault.kind];
    if (kind.stage !== 'refusal') continue;
    const refusal = kind.reason === 'context-length' ? tooLong(reading, fault, dialect) : dialect.refusals[kind.reason];
    const code = fault.code === undefined || refusal.code === undefined ? {} : { code: fault.code };
    const known = fault.kind === 'quota' ? quotaRetrySeconds(context.limits) : {};
    return { ...refusal, ...code, retryAfter: retryAfterHeaders({ ...known, ...fault }, context.startedAt) };
  }
  return undefined;
}

function tooLong(reading: Reading, { contextTokens }: ActiveFault, dialect: Dialect): Refusal {
  const promptTokens = reading.kind === 'chat' ? reading.chat.prompt.inputTokens : 0;
  return dialect.tooLong({ promptTokens, window: contextTokens ?? Math.max(0, promptTokens - 1) });
}

function answerScript(reading: Reading, stage: Stage): Script {
  const { dialect, context } = stage;
  switch (reading.kind) {
    case 'refused':
      return refusalScript(reading.refusal, stage);
    case 'document':
      return documentScript({ status: 200, headers: dialect.headers(context) }, reading.text);
    case 'chat':
      return chatScript(reading.chat, stage);
  }
}

function chatScript(chat: Chat, { dialect, context, pace, faults }: Stage): Script {
  const whole = composeAnswer(chat.prompt, {
    channel: context.channel.id,
    identifiers: context.identifiers,
    toolIdPrefix: dialect.toolIdPrefix,
    minimumTokens: pace.tokens ?? 0,
  });
  const answer = faults.reduce<Answer>((changed, fault) => {
    const kind = faultKinds[fault.kind];
    return kind.stage === 'answer' ? kind.change(changed, fault) : changed;
  }, whole);
  const head = { status: 200, headers: dialect.headers(context) };
  if (chat.streamed) return streamScript(head, chat.frames(answer), pace);
  const tokens = whole.usage?.outputTokens ?? 0;
  const waitMs = pace.firstTokenMs + pace.tokenMs * Math.max(0, tokens - 1);
  return documentScript(head, chat.document(answer), {
    waitMs,
    ...(answer.usage === undefined ? {} : { usage: answer.usage }),
  });
}
