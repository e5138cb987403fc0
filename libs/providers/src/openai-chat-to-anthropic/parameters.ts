import { isJsonObject } from '#libs/kernel';
import type { ParameterPolicy } from '../cross-family/parameter-policy.js';

const isZero = (value: unknown): boolean => value === 0;
const isFalse = (value: unknown): boolean => value === false;
const isEmpty = (value: unknown): boolean => isJsonObject(value) && Object.keys(value).length === 0;
const isTextOnly = (value: unknown): boolean => Array.isArray(value) && value.every((kind) => kind === 'text');

/** Every Chat Completions parameter, and what becomes of it towards Anthropic. What is not listed is refused. */
export const chatParameters: ParameterPolicy = {
  model: 'translated',
  messages: 'translated',
  tools: 'translated',
  tool_choice: 'translated',
  parallel_tool_calls: 'translated',
  max_tokens: 'translated',
  max_completion_tokens: 'translated',
  stop: 'translated',
  temperature: 'translated',
  top_p: 'translated',
  top_k: 'translated',
  response_format: 'translated',
  reasoning_effort: 'translated',
  user: 'translated',
  safety_identifier: 'translated',
  stream: 'translated',
  stream_options: 'translated',

  metadata: 'dropped',
  prediction: 'dropped',
  prompt_cache_key: 'dropped',
  prompt_cache_options: 'dropped',
  prompt_cache_retention: 'dropped',
  seed: 'dropped',
  service_tier: 'dropped',
  verbosity: 'dropped',

  audio: { refused: 'ask for text only' },
  frequency_penalty: { refused: 'leave it at 0', unless: isZero },
  function_call: { refused: 'use `tool_choice`' },
  functions: { refused: 'use `tools`' },
  logit_bias: { refused: 'remove it', unless: isEmpty },
  logprobs: { refused: 'leave it false', unless: isFalse },
  modalities: { refused: 'ask for ["text"] only', unless: isTextOnly },
  moderation: { refused: 'remove it' },
  n: { refused: 'ask for 1 and send the request several times', unless: (value) => value === 1 },
  presence_penalty: { refused: 'leave it at 0', unless: isZero },
  store: { refused: 'leave it false', unless: isFalse },
  top_logprobs: { refused: 'leave it at 0', unless: isZero },
  web_search_options: { refused: 'remove it, or give the model a search tool of your own' },
};
