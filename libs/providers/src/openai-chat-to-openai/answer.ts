import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import type { AnswerTally } from '../answer-tally.js';
import { readErrorFields } from '../error-fields.js';
import { inBandFault } from '../fault-of-error.js';
import { choiceFault } from '../openai-wire/choice-fault.js';
import { hasOpenAiOutput, hasRefusal } from '../openai-wire/output.js';
import { readOpenAiUsage } from '../openai-wire/usage.js';
import { textBytes } from '../text-bytes.js';
import type { AnswerFault, WholeAnswer } from '../translator.js';
import { utf8 } from '../utf8.js';

/** Reads a `chat.completion` for the report; the caller gets its bytes as they are. */
export function readAnswer(bytes: Uint8Array, tally: AnswerTally): WholeAnswer {
  const fault = judge(parseJson(utf8(bytes)), tally);
  const report = tally.report();
  return fault ? { fault, report } : { bytes, report };
}

function judge(answer: unknown, tally: AnswerTally): AnswerFault | undefined {
  const error = readErrorFields('openai', answer);
  if (error) return inBandFault(error);
  if (!isJsonObject(answer)) return { fault: 'wrong_output', detail: 'the answer is not a JSON object' };
  const choices = Array.isArray(answer['choices']) ? answer['choices'].filter(isJsonObject) : [];
  tallyAnswer(answer, choices, tally);
  if (choices.length === 0) return { fault: 'wrong_output', detail: 'the answer has no choices' };
  return choices.map(choiceFault).find((fault) => fault !== undefined) ?? tally.endFault();
}

function tallyAnswer(answer: JsonObject, choices: readonly JsonObject[], tally: AnswerTally): void {
  tally.serve(answer['model']);
  tally.usage = readOpenAiUsage(answer['usage']);
  tally.content = choices.some((choice) => hasOpenAiOutput(choice['message']));
  if (!tally.usage) tally.outputBytes = textBytes(choices.map((choice) => choice['message']));
  tally.refused = choices.some((choice) => hasRefusal(choice['message']));
  const finish = choices[0]?.['finish_reason'];
  if (typeof finish === 'string') tally.finishReason = finish;
}
