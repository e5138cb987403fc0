import { anthropic, openAi, root, type VendorError } from './vendor-error.fixture.js';

/** The vendor has more to do than it can. */
export const congestion: readonly VendorError[] = [
  openAi(
    'OpenAI',
    429,
    { message: 'The engine is currently overloaded, please try again later', type: 'server_error', code: null },
    { fault: 'overloaded' },
  ),
  openAi('OpenAI', 429, { message: 'The model is still loading.', type: 'server_error' }, { fault: 'overloaded' }),
  openAi('OpenAI', 503, { message: 'Slow down', type: 'slow_down' }, { fault: 'overloaded' }),
  openAi(
    'OpenAI',
    500,
    { message: 'That model is currently overloaded with other requests.', type: 'server_error' },
    { fault: 'overloaded' },
  ),
  openAi(
    'Azure',
    429,
    {
      code: 'NoCapacity',
      message:
        'The system is currently experiencing high demand and cannot process your request. Your request exceeds the maximum usage size allowed during peak load. Please retry after 20 seconds.',
    },
    { fault: 'overloaded', retryAfterMs: 20_000 },
  ),
  openAi('Azure', 500, { code: 'ServerBusy', message: 'The server is busy.' }, { fault: 'overloaded' }),
  openAi(
    'Vertex',
    429,
    {
      code: 429,
      message:
        'Resource exhausted. Please try again later. Please refer to https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429 for more details.',
      status: 'RESOURCE_EXHAUSTED',
    },
    { fault: 'overloaded' },
  ),
  root(
    'Gemini',
    503,
    [{ error: { code: 503, message: 'The model is overloaded. Please try again later.', status: 'UNAVAILABLE' } }],
    { fault: 'overloaded' },
  ),
  root(
    'Mistral',
    429,
    {
      object: 'error',
      message: 'Service tier capacity exceeded for this model.',
      type: 'invalid_request_error',
      param: null,
      code: null,
    },
    { fault: 'overloaded' },
  ),
  openAi('Groq', 498, { message: 'capacity_exceeded', type: 'capacity_exceeded' }, { fault: 'overloaded' }),
  openAi('Groq', 499, { message: 'Request Cancelled' }, { fault: 'overloaded' }),
  openAi(
    'OpenRouter',
    429,
    {
      message: 'Provider returned error',
      code: 429,
      metadata: {
        raw: 'qwen/qwen3-coder:free is temporarily rate-limited upstream. Please retry shortly, or add your own key.',
        provider_name: 'Chutes',
      },
    },
    { fault: 'overloaded' },
  ),
  {
    ...root('Bedrock', 429, { message: 'The model is not ready for inference.' }, { fault: 'overloaded' }),
    headers: { 'x-amzn-errortype': 'ModelNotReadyException' },
  },
  anthropic('Anthropic', 529, { type: 'overloaded_error', message: 'Overloaded' }, { fault: 'overloaded' }),
];
