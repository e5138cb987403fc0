import type { JsonObject } from '#libs/kernel';
import type { WireTarget } from '../translator.js';
import {
  invalidValue,
  listOf,
  optional,
  readCount,
  readNumber,
  readString,
  unsupported,
} from '../cross-family/fields.js';
import { readConversation } from './messages.js';
import { readOutputConfig } from './output-config.js';
import { enforcePolicy } from '../cross-family/parameter-policy.js';
import { chatParameters } from './parameters.js';
import { readTools } from './tools.js';

const MAX_CHAT_TEMPERATURE = 2;
const MAX_TEMPERATURE = 1;

/**
 * A Chat Completions body as an Anthropic Messages body. Fields that are `undefined` are not sent.
 *
 * A temperature from 1 to 2 becomes 1, the most Anthropic knows: the caller asked for the most variety there is.
 * A reasoning effort becomes Anthropic's effort, which models before Claude Opus 4.5 do not know.
 */
export function toMessagesRequest(body: JsonObject, target: WireTarget): JsonObject {
  enforcePolicy(body, chatParameters);
  const { system, messages } = readConversation(body['messages']);
  return {
    model: target.providerModel,
    max_tokens: maxTokens(body) ?? target.maxOutputTokens,
    system: system.length === 0 ? undefined : system,
    messages,
    ...readTools(body),
    ...readOutputConfig(body),
    stop_sequences: stopSequences(body['stop']),
    temperature: temperature(body['temperature']),
    top_p: optional(readNumber)(body['top_p'], 'top_p'),
    top_k: optional(readNumber)(body['top_k'], 'top_k'),
    metadata: metadata(body),
    stream: body['stream'] === true ? true : undefined,
  };
}

function maxTokens(body: JsonObject): number | undefined {
  const read = (field: string): number | undefined => optional(readCount)(body[field], field);
  return read('max_completion_tokens') ?? read('max_tokens');
}

function temperature(value: unknown): number | undefined {
  const asked = optional(readNumber)(value, 'temperature');
  if (asked === undefined) return undefined;
  if (asked < 0 || asked > MAX_CHAT_TEMPERATURE) throw invalidValue('temperature', 'must be between 0 and 2');
  return Math.min(asked, MAX_TEMPERATURE);
}

function stopSequences(value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const sequences = typeof value === 'string' ? [value] : listOf(readString)(value, 'stop');
  if (sequences.some((sequence) => sequence.trim() === '')) {
    throw unsupported('stop', 'give sequences that are more than white space');
  }
  return sequences.length === 0 ? undefined : sequences;
}

function metadata(body: JsonObject): JsonObject | undefined {
  const read = (field: string): string | undefined => optional(readString)(body[field], field);
  const user = read('safety_identifier') ?? read('user');
  return user === undefined ? undefined : { user_id: user };
}
