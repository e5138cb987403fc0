import type { Refusal, RefusalReason } from '../dialect.js';

export const openaiRefusals: Readonly<Record<RefusalReason, Refusal>> = {
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
