import type { Refusal, RefusalReason } from '../dialect.js';

export const anthropicRefusals: Readonly<Record<RefusalReason, Refusal>> = {
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
  unauthorized: { status: 401, type: 'authentication_error', message: 'invalid x-api-key' },
  'too-large': {
    status: 413,
    type: 'request_too_large',
    message: 'Request exceeds the maximum allowed number of bytes.',
  },
};
