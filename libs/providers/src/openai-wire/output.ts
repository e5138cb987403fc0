import { isJsonObject } from '#libs/kernel';

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
  return isJsonObject(message) && OUTPUT_FIELDS.some((field) => saysSomething(message[field]));
}

/** Whether a message or a delta holds a refusal in words. */
export function hasRefusal(message: unknown): boolean {
  return isJsonObject(message) && typeof message['refusal'] === 'string' && message['refusal'] !== '';
}

/** Parts of content and of tool calls come in envelopes that may be empty. */
const ENVELOPE: ReadonlySet<string> = new Set(['type', 'index', 'format']);

/** Whether there is any text in a value but the names of its envelope. */
function saysSomething(value: unknown): boolean {
  if (typeof value === 'string') return value !== '';
  if (Array.isArray(value)) return value.some(saysSomething);
  return isJsonObject(value) && Object.keys(value).some((name) => !ENVELOPE.has(name) && saysSomething(value[name]));
}
