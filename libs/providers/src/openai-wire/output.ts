import { isJsonObject } from '#libs/kernel';
import { isFilled } from '../filled.js';

/** Where a message or delta can hold output. The reasoning fields are those of compatible servers. */
const OUTPUT_FIELDS = [
  'content',
  'tool_calls',
  'refusal',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'function_call',
  'audio',
  'images',
] as const;

/** Whether a message or a delta of a choice carries output; a role alone is none. */
export function hasOpenAiOutput(message: unknown): boolean {
  return isJsonObject(message) && OUTPUT_FIELDS.some((field) => isFilled(message[field]));
}
