import type { JsonObject } from '#libs/kernel';
import { NOTHING_SAID, readErrorFields } from '../error-fields.js';
import { inBandFault } from '../fault-of-error.js';
import type { AnswerFault } from '../translator.js';

/** The fault of a choice that says it failed: with an error of its own, or with `error` as its finish reason. */
export function choiceFault(choice: JsonObject): AnswerFault | undefined {
  const error = readErrorFields('openai', choice);
  if (error) return inBandFault(error);
  return choice['finish_reason'] === 'error' ? inBandFault(NOTHING_SAID) : undefined;
}
