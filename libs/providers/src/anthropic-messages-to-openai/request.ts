import type { JsonObject } from '#libs/kernel';
import {
  listOf,
  optional,
  readCount,
  readNumber,
  readObject,
  readString,
  unsupported,
} from '../cross-family/fields.js';
import { enforcePolicy } from '../cross-family/parameter-policy.js';
import { shortId } from '../cross-family/short-id.js';
import type { WireTarget } from '../translator.js';
import { readMessages } from './messages.js';
import { readOutputConfig } from './output-config.js';
import { messagesParameters } from './parameters.js';
import { readTools } from './tools.js';

const MAX_STOP_SEQUENCES = 4;

/**
 * An Anthropic Messages body as a Chat Completions body. Fields that are `undefined` are not sent.
 * OpenAI itself has newer names for two fields, which many compatible servers do not know.
 */
export function toChatRequest(body: JsonObject, target: WireTarget): JsonObject {
  enforcePolicy(body, messagesParameters);
  const isOpenAi = target.provider === 'openai';
  const stream = body['stream'] === true;
  return {
    model: target.providerModel,
    [isOpenAi ? 'max_completion_tokens' : 'max_tokens']: readCount(body['max_tokens'], 'max_tokens'),
    messages: readMessages(body),
    ...readTools(body),
    ...readOutputConfig(body),
    stop: stop(body['stop_sequences']),
    temperature: optional(readNumber)(body['temperature'], 'temperature'),
    top_p: optional(readNumber)(body['top_p'], 'top_p'),
    [isOpenAi ? 'safety_identifier' : 'user']: userId(body['metadata']),
    stream: stream ? true : undefined,
    // Without usage the attempt could not be accounted.
    stream_options: stream ? { include_usage: true } : undefined,
  };
}

function stop(value: unknown): readonly string[] | undefined {
  const sequences = optional(listOf(readString))(value, 'stop_sequences') ?? [];
  if (sequences.length > MAX_STOP_SEQUENCES) {
    throw unsupported('stop_sequences', `give at most ${MAX_STOP_SEQUENCES} sequences`);
  }
  return sequences.length === 0 ? undefined : sequences;
}

/** OpenAI's identifiers are short. */
function userId(value: unknown): string | undefined {
  const metadata = optional(readObject)(value, 'metadata') ?? {};
  const id = optional(readString)(metadata['user_id'], 'metadata.user_id');
  return id === undefined ? undefined : shortId(id, /^.{1,64}$/s, 'user_');
}
