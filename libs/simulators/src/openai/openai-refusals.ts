import type { Dialect, Excess, Refusal } from '../dialect.js';

export const openaiRefusals: Dialect['refusals'] = {
  'rate-limit': {
    status: 429,
    type: 'tokens',
    code: 'rate_limit_exceeded',
    message:
      'Rate limit reached for the requested model on tokens per min (TPM): Limit 2000000, Used 2000000. Please try again later.',
    exhausted: true,
  },
  'quota-exhausted': {
    status: 429,
    type: 'insufficient_quota',
    code: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  },
  'server-error': {
    status: 500,
    type: 'server_error',
    message: 'The server had an error while processing your request. Sorry about that!',
  },
  unavailable: {
    status: 503,
    type: 'service_unavailable_error',
    message: 'The service is temporarily unavailable. Please try again later.',
  },
  overloaded: {
    status: 503,
    type: 'server_error',
    message: 'That model is currently overloaded with other requests. You can retry your request.',
  },
  'bad-request': {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request was refused by the simulated fault bad-request.',
    code: 'invalid_request',
  },
  unprocessable: {
    status: 422,
    type: 'invalid_request_error',
    message: 'The request was refused by the simulated fault unprocessable.',
  },
  'not-found': {
    status: 404,
    type: 'invalid_request_error',
    message: 'The model does not exist or you do not have access to it.',
    code: 'model_not_found',
  },
  forbidden: {
    status: 403,
    type: 'invalid_request_error',
    message: 'You have insufficient permissions for this operation.',
    code: 'insufficient_permissions',
  },
  'auth-unavailable': {
    status: 503,
    type: 'server_error',
    message: 'The authentication service is temporarily unavailable.',
  },
  'payment-required': {
    status: 402,
    type: 'insufficient_quota',
    message: 'Your credit balance is used up. Add credits to continue.',
    code: 'credit_balance_exhausted',
  },
  'daily-quota': {
    status: 429,
    type: 'requests',
    message:
      'Rate limit reached for the requested model on requests per day (RPD): Limit 10000, Used 10000, Requested 1.',
    code: 'rate_limit_exceeded',
    exhausted: true,
  },
  // Azure's shape; the same vendor's own API refuses with other words.
  'content-filter': {
    status: 400,
    type: 'invalid_request_error',
    message:
      "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify your prompt and retry.",
    param: 'prompt',
    code: 'content_filter',
  },
  unauthorized: {
    status: 401,
    type: 'invalid_request_error',
    code: 'invalid_api_key',
    message: 'Incorrect API key provided.',
  },
  'too-large': {
    status: 413,
    type: 'invalid_request_error',
    message: 'The request body is larger than 32 MB.',
  },
};

export function openaiTooLong({ promptTokens, window }: Excess): Refusal {
  return {
    status: 400,
    type: 'invalid_request_error',
    message: `This model's maximum context length is ${window} tokens. However, your messages resulted in ${promptTokens} tokens. Please reduce the length of the messages.`,
    param: 'messages',
    code: 'context_length_exceeded',
  };
}
