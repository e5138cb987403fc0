import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import type { AnswerTally } from '../answer-tally.js';
import { readErrorFields } from '../error-fields.js';
import { inBandFault } from '../fault-of-error.js';
import { anthropicToolId } from '../cross-family/short-id.js';
import { choiceFault } from '../openai-wire/choice-fault.js';
import { hasOpenAiOutput, hasRefusal } from '../openai-wire/output.js';
import { plainText } from '../openai-wire/plain-text.js';
import { readOpenAiUsage } from '../openai-wire/usage.js';
import { textBytes } from '../text-bytes.js';
import type { AnswerFault, WholeAnswer } from '../translator.js';
import { messageIdentity } from './message-identity.js';
import { mayBeEmpty, toStop } from './stop-reason.js';
import { toolInput } from './tool-input.js';
import { toMessagesUsage } from './usage.js';

const wrongOutput = (detail: string): AnswerFault => ({ fault: 'wrong_output', detail });

const encoder = new TextEncoder();

/** A whole chat completion as an Anthropic message. */
export function toMessage(bytes: Uint8Array, model: string, tally: AnswerTally): WholeAnswer {
  const answer = parseJson(new TextDecoder().decode(bytes));
  const read = readAnswer(answer, tally);
  const report = tally.report();
  if ('fault' in read) return { fault: read, report };
  const message = { ...messageIdentity(read.answer, model), ...read.body, usage: toMessagesUsage(report.usage) };
  return { bytes: encoder.encode(JSON.stringify(message)), report };
}

/** The completion and, from it, the message's content and stop; or what is wrong with it. */
function readAnswer(
  answer: unknown,
  tally: AnswerTally,
): AnswerFault | { readonly answer: JsonObject; readonly body: JsonObject } {
  const error = readErrorFields('openai', answer);
  if (error) return inBandFault(error);
  const choice: unknown = isJsonObject(answer) && Array.isArray(answer['choices']) ? answer['choices'][0] : undefined;
  if (!isJsonObject(answer) || !isJsonObject(choice)) return wrongOutput('the answer is no chat completion');
  tallyAnswer(answer, choice, tally);
  const failed = choiceFault(choice);
  if (failed) return failed;
  if (!isJsonObject(choice['message'])) return wrongOutput('the answer has no message');
  const body = messageBody(choice['message'], tally);
  return 'fault' in body ? body : { answer, body };
}

function tallyAnswer(answer: JsonObject, choice: JsonObject, tally: AnswerTally): void {
  const { finish_reason: finish, message } = choice;
  tally.serve(answer['model']);
  if (typeof finish === 'string') tally.finishReason = finish;
  tally.usage = readOpenAiUsage(answer['usage']);
  tally.content = hasOpenAiOutput(message);
  if (!tally.usage) tally.outputBytes = textBytes(message);
  tally.refused = hasRefusal(message);
}

function messageBody(
  message: JsonObject,
  tally: AnswerTally,
): AnswerFault | { readonly content: readonly JsonObject[] } {
  const { content, refusal, tool_calls: calls } = message;
  // What was cut short may end within a call, or before its arguments: it is left out then.
  const isCut = mayBeEmpty(tally.finishReason);
  const uses = (Array.isArray(calls) ? calls : []).map((call: unknown) => toolUse(call, isCut));
  const known = uses.filter((use) => use !== undefined);
  if (known.length < uses.length && !isCut) return wrongOutput('the arguments of a tool call are no JSON object');
  const blocks = [...textBlocks(content), ...textBlocks(refusal), ...known];
  const fault = tally.endFault();
  if (fault) return fault;
  if (blocks.length === 0 && !isCut && !tally.mayEndEmpty) return wrongOutput('the answer has no text and no call');
  const refused = textBlocks(refusal).length > 0;
  return { content: blocks, ...toStop({ finishReason: tally.finishReason, called: known.length > 0, refused }) };
}

/** Without `citations`, as Anthropic sends it: a null is allowed by its types, and refused by clients that check. */
function textBlocks(content: unknown): readonly JsonObject[] {
  const text = plainText(content);
  return text === '' ? [] : [{ type: 'text', text }];
}

function toolUse(call: unknown, isCut: boolean): JsonObject | undefined {
  const called = isJsonObject(call) && isJsonObject(call['function']) ? call['function'] : {};
  const { name, arguments: text } = called;
  if (text === '' && isCut) return undefined;
  const input = typeof text === 'string' ? toolInput(text) : text;
  if (!isJsonObject(call) || typeof name !== 'string' || typeof call['id'] !== 'string' || !isJsonObject(input))
    return undefined;
  return { type: 'tool_use', id: anthropicToolId(call['id']), name, input };
}
