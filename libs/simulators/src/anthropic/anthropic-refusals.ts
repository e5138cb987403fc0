import type { Dialect, Excess, Refusal } from '../dialect.js';

export const anthropicRefusals: Dialect['refusals'] = {
  'rate-limit': {
    status: 429,
    type: 'rate_limit_error',
    message: "This request would exceed your organization's rate limit of 2,000,000 input tokens per minute.",
    exhausted: true,
  },
  // The vendor refuses an account without money as an invalid request; only the message tells.
  'quota-exhausted': {
    status: 400,
    type: 'invalid_request_error',
    message:
      'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
  },
  'server-error': { status: 500, type: 'api_error', message: 'Internal server error' },
  unavailable: { status: 503, type: 'api_error', message: 'Service unavailable' },
  overloaded: { status: 529, type: 'overloaded_error', message: 'Overloaded' },
  'bad-request': {
    status: 400,
    type: 'invalid_request_error',
    message: 'The request was refused by the simulated fault bad-request.',
  },
  unprocessable: {
    status: 422,
    type: 'invalid_request_error',
    message: 'The request was refused by the simulated fault unprocessable.',
  },
  'not-found': { status: 404, type: 'not_found_error', message: 'model: not found' },
  forbidden: {
    status: 403,
    type: 'permission_error',
    message: 'Your API key does not have permission to use the specified resource.',
  },
  'auth-unavailable': { status: 503, type: 'api_error', message: 'Authentication service unavailable' },
  'payment-required': {
    status: 402,
    type: 'billing_error',
    message: 'There is an issue with your billing or payment information.',
  },
  'daily-quota': {
    status: 429,
    type: 'rate_limit_error',
    message: "This request would exceed your organization's daily rate limit.",
    exhausted: true,
  },
  'content-filter': {
    status: 400,
    type: 'invalid_request_error',
    message: 'Output blocked by content filtering policy',
  },
  unauthorized: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' },
  'too-large': {
    status: 413,
    type: 'request_too_large',
    message: 'Request exceeds the maximum allowed number of bytes.',
  },
};

export function anthropicTooLong({ promptTokens, window }: Excess): Refusal {
  return {
    status: 400,
    type: 'invalid_request_error',
    message: `prompt is too long: ${promptTokens} tokens > ${window} maximum`,
  };
}
