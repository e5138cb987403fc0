import { anthropic, google, openAi, root, type VendorError } from './vendor-error.fixture.js';

/** The account has no money, or may spend no more. */
export const moneyGone: readonly VendorError[] = [
  openAi(
    'OpenAI',
    429,
    {
      message: 'You exceeded your current quota, please check your plan and billing details.',
      type: 'insufficient_quota',
      param: null,
      code: 'insufficient_quota',
    },
    { fault: 'money_gone' },
  ),
  openAi(
    'OpenRouter',
    402,
    {
      message:
        'This request requires more credits, or fewer max_tokens. You requested up to 32000 tokens, but can only afford 27342. To increase, visit https://openrouter.ai/settings/credits and upgrade to a paid account',
      code: 402,
      metadata: { provider_name: null },
    },
    { fault: 'money_gone' },
  ),
  openAi('OpenRouter', 403, { message: 'Key limit exceeded (total limit).', code: 403 }, { fault: 'money_gone' }),
  openAi('DeepSeek', 402, { message: 'Insufficient Balance', type: 'unknown_error' }, { fault: 'money_gone' }),
  root(
    'xAI',
    403,
    {
      code: 'The caller does not have permission to execute the specified operation',
      error:
        'Your team has either used all available credits or reached its monthly spending limit. To continue making API requests, please purchase more credits or raise your spending limit.',
    },
    { fault: 'money_gone' },
  ),
  openAi(
    'Gemini, a plan without the model',
    429,
    {
      code: 429,
      message:
        'You exceeded your current quota, please check your plan and billing details.\n* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 0, model: gemini-3-pro\nPlease retry in 45.578569677s.',
      status: 'RESOURCE_EXHAUSTED',
    },
    { fault: 'money_gone' },
  ),
  openAi(
    'Vertex',
    403,
    {
      code: 403,
      message: 'This API method requires billing to be enabled.',
      status: 'PERMISSION_DENIED',
      details: [google('ErrorInfo', { reason: 'BILLING_DISABLED' })],
    },
    { fault: 'money_gone' },
  ),
  anthropic(
    'Anthropic',
    400,
    {
      type: 'invalid_request_error',
      message:
        'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.',
    },
    { fault: 'money_gone' },
  ),
];
