import { isJsonObject, parseExact, type JsonObject } from '#libs/kernel';
import type { AnswerTally } from '../answer-tally.js';
import { isAnthropicOutput } from '../anthropic-wire/output.js';
import { readAnthropicUsage } from '../anthropic-wire/usage.js';
import { readErrorFields } from '../error-fields.js';
import { inBandFault } from '../fault-of-error.js';
import { textBytes } from '../text-bytes.js';
import type { AnswerFault, WholeAnswer } from '../translator.js';
import { chatIdentity, type ChatContext } from './chat-identity.js';
import { toFinishReason } from './finish-reason.js';
import { refusalText } from './refusal.js';
import { toChatUsage } from './usage.js';

const encoder = new TextEncoder();

/** A whole Anthropic message as a chat completion. */
export function toChatCompletion(bytes: Uint8Array, context: ChatContext, tally: AnswerTally): WholeAnswer {
  const parsed = parseExact(new TextDecoder().decode(bytes));
  const message = isJsonObject(parsed) ? parsed : {};
  tallyAnswer(message, tally);
  const report = tally.report();
  const fault = faultOf(parsed, tally);
  if (fault) return { fault, report };
  const finishReason = toFinishReason(tally.finishReason);
  const completion = {
    ...chatIdentity(message, context),
    object: 'chat.completion',
    choices: [{ index: 0, message: chatMessage(message), logprobs: null, finish_reason: finishReason }],
    usage: isJsonObject(message['usage'])
      ? toChatUsage(report.usage, message['usage']['output_tokens_details'])
      : undefined,
  };
  return { bytes: encoder.encode(JSON.stringify(completion)), report };
}

function tallyAnswer(message: JsonObject, tally: AnswerTally): void {
  tally.serve(message['model']);
  if (typeof message['stop_reason'] === 'string') tally.finishReason = message['stop_reason'];
  tally.usage = readAnthropicUsage(message['usage']);
  tally.content = blocksOf(message).some(isAnthropicOutput) || refusalText(message['stop_details']) !== null;
  if (!tally.usage) tally.outputBytes = textBytes(message['content']);
}

function faultOf(answer: unknown, tally: AnswerTally): AnswerFault | undefined {
  const error = readErrorFields('anthropic', answer);
  if (error) return inBandFault(error);
  const isMessage = isJsonObject(answer) && Array.isArray(answer['content']);
  return isMessage ? tally.endFault() : { fault: 'wrong_output', detail: 'the answer is not an Anthropic message' };
}

/** Thinking goes into `reasoning_content`: not OpenAI's own, but what clients of reasoning models read. */
function chatMessage(message: JsonObject): JsonObject {
  const blocks = blocksOf(message);
  const join = (type: string, field: string): string =>
    blocks.map((block) => (block['type'] === type && typeof block[field] === 'string' ? block[field] : '')).join('');
  const calls = blocks.filter((block) => block['type'] === 'tool_use').map(toolCall);
  return {
    role: 'assistant',
    content: join('text', 'text') || null,
    refusal: refusalText(message['stop_details']),
    tool_calls: calls.length === 0 ? undefined : calls,
    reasoning_content: join('thinking', 'thinking') || undefined,
  };
}

function blocksOf(message: JsonObject): readonly JsonObject[] {
  return Array.isArray(message['content']) ? message['content'].filter(isJsonObject) : [];
}

function toolCall(block: JsonObject): JsonObject {
  const { id, name, input } = block;
  return { id, type: 'function', function: { name, arguments: JSON.stringify(input ?? {}) } };
}
