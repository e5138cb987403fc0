import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import type { AnswerTally } from '../answer-tally.js';
import { isAnthropicOutput } from '../anthropic-wire/output.js';
import { readAnthropicUsage } from '../anthropic-wire/usage.js';
import { readErrorFields } from '../error-fields.js';
import { inBandFault } from '../fault-of-error.js';
import { textBytes } from '../text-bytes.js';
import type { AnswerFault, WholeAnswer } from '../translator.js';
import { utf8 } from '../utf8.js';

/** Reads a `message` for the report; the caller gets its bytes as they are. */
export function readAnswer(bytes: Uint8Array, tally: AnswerTally): WholeAnswer {
  const fault = judge(parseJson(utf8(bytes)), tally);
  const report = tally.report();
  return fault ? { fault, report } : { bytes, report };
}

function judge(answer: unknown, tally: AnswerTally): AnswerFault | undefined {
  const error = readErrorFields('anthropic', answer);
  if (error) return inBandFault(error);
  if (!isJsonObject(answer)) return { fault: 'wrong_output', detail: 'the answer is not a JSON object' };
  tallyAnswer(answer, tally);
  if (!Array.isArray(answer['content'])) return { fault: 'wrong_output', detail: 'the answer has no content' };
  return tally.endFault();
}

function tallyAnswer(answer: JsonObject, tally: AnswerTally): void {
  tally.serve(answer['model']);
  tally.usage = readAnthropicUsage(answer['usage']);
  tally.content = Array.isArray(answer['content']) && answer['content'].some(isAnthropicOutput);
  if (!tally.usage) tally.outputBytes = textBytes(answer['content']);
  if (typeof answer['stop_reason'] === 'string') tally.finishReason = answer['stop_reason'];
}
