import { anthropic, openAi, root, type VendorError } from './vendor-error.fixture.js';

/** The request is too long for the model. */
export const contextLengths: readonly VendorError[] = [
  openAi(
    'OpenAI',
    400,
    {
      message:
        "This model's maximum context length is 128000 tokens. However, your messages resulted in 140016 tokens. Please reduce the length of the messages.",
      type: 'invalid_request_error',
      param: 'messages',
      code: 'context_length_exceeded',
    },
    { fault: 'context_length' },
  ),
  openAi(
    'OpenAI',
    400,
    { message: 'Your input exceeds the context window of this model.', type: 'invalid_request_error' },
    { fault: 'context_length' },
  ),
  root(
    'vLLM',
    400,
    {
      object: 'error',
      message:
        "This model's maximum context length is 32768 tokens. However, you requested 41648 tokens (37552 in the messages, 4096 in the completion). Please reduce the length of the messages or completion. None",
      type: 'BadRequestError',
      param: null,
      code: 400,
    },
    { fault: 'context_length' },
  ),
  root(
    'vLLM',
    400,
    { object: 'error', message: 'max_tokens must be at least 1, got -186.', type: 'BadRequestError', code: 400 },
    { fault: 'context_length' },
  ),
  root(
    'Mistral',
    400,
    {
      object: 'error',
      message: 'Prompt contains 40961 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
      type: 'invalid_request_message_order',
      code: '3051',
    },
    { fault: 'context_length' },
  ),
  root(
    'SGLang',
    400,
    { message: "The input (263000 tokens) is longer than the model's context length (262144 tokens)." },
    { fault: 'context_length' },
  ),
  openAi(
    'llama.cpp',
    400,
    {
      code: 400,
      message:
        'the request exceeds the available context size. try increasing the context size or enable context shift',
      type: 'exceed_context_size_error',
    },
    { fault: 'context_length' },
  ),
  openAi(
    'Gemini',
    400,
    {
      code: 400,
      message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
      status: 'INVALID_ARGUMENT',
    },
    { fault: 'context_length' },
  ),
  root(
    'Bedrock',
    400,
    { message: 'The model returned the following errors: Input is too long for requested model.' },
    { fault: 'context_length' },
  ),
  openAi(
    'Azure models',
    413,
    { code: 'tokens_limit_reached', message: 'Request body too large for gpt-5-mini model. Max size: 4000 tokens.' },
    { fault: 'context_length' },
  ),
  openAi(
    'DashScope',
    400,
    { code: 'invalid_parameter_error', message: 'Range of input length should be [1, 129024]' },
    { fault: 'context_length' },
  ),
  anthropic(
    'Anthropic',
    400,
    { type: 'invalid_request_error', message: 'prompt is too long: 210000 tokens > 200000 maximum' },
    { fault: 'context_length' },
  ),
  anthropic(
    'Anthropic',
    400,
    {
      type: 'invalid_request_error',
      message:
        'input length and `max_tokens` exceed context limit: 170636 + 34048 > 200000, decrease input length or `max_tokens` and try again',
    },
    { fault: 'context_length' },
  ),
  anthropic(
    'Anthropic',
    413,
    { type: 'request_too_large', message: 'Request exceeds the maximum size' },
    { fault: 'context_length' },
  ),
];
