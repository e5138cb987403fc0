import { geminiQuota, groqLimit } from './quota-wordings.fixture.js';
import { anthropic, openAi, root, type VendorError } from './vendor-error.fixture.js';

/** Our own quota of calls or tokens is used up for the moment. */
export const rateLimits: readonly VendorError[] = [
  openAi(
    'OpenAI',
    429,
    {
      message:
        'Rate limit reached for gpt-5 in organization org-1 on tokens per min (TPM): Limit 30000, Used 29000, Requested 1500. Please try again in 1.5s. Visit https://platform.openai.com/account/rate-limits to learn more.',
      type: 'tokens',
      param: null,
      code: 'rate_limit_exceeded',
    },
    { fault: 'rate_limited', limit: 'tokens', retryAfterMs: 1500 },
  ),
  openAi(
    'OpenAI',
    429,
    {
      message:
        'Rate limit reached for gpt-5 in organization org-1 on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 20s.',
      type: 'requests',
      param: null,
      code: 'rate_limit_exceeded',
    },
    { fault: 'rate_limited', limit: 'requests', retryAfterMs: 20_000 },
  ),
  openAi(
    'OpenAI, larger than the whole limit',
    429,
    {
      message:
        'Request too large for gpt-4o in organization org-1 on tokens per min (TPM): Limit 30000, Requested 30601. The input or output tokens must be reduced in order to run successfully.',
      type: 'tokens',
      param: null,
      code: 'rate_limit_exceeded',
    },
    { fault: 'rate_limited', limit: 'tokens' },
  ),
  openAi('Groq', 429, groqLimit('tokens per minute (TPM)', 'Please try again in 1.984999999s.'), {
    fault: 'rate_limited',
    limit: 'tokens',
    retryAfterMs: 1985,
  }),
  openAi(
    'Groq, larger than the whole limit',
    413,
    groqLimit('tokens per minute (TPM)', 'please reduce your message size and try again.'),
    { fault: 'rate_limited', limit: 'tokens' },
  ),
  openAi(
    'Azure',
    429,
    {
      code: '429',
      message:
        'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-05-01-preview have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 86400 seconds. Please go here: https://aka.ms/oai/quotaincrease if you would like to further increase the default rate limit.',
    },
    { fault: 'rate_limited', limit: 'tokens', retryAfterMs: 300_000 },
  ),
  openAi(
    'Azure',
    429,
    {
      code: '429',
      message:
        'Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-02-01 have exceeded call rate limit of your current OpenAI S0 pricing tier. Please retry after 6 seconds.',
    },
    { fault: 'rate_limited', limit: 'requests', retryAfterMs: 6000 },
  ),
  root('Gemini', 429, [{ error: geminiQuota(['GenerateRequestsPerMinutePerProjectPerModel'], '12.5s') }], {
    fault: 'rate_limited',
    limit: 'requests',
    retryAfterMs: 12_500,
  }),
  root(
    'Gemini',
    429,
    [
      {
        error: { code: 429, message: 'Resource has been exhausted (e.g. check quota).', status: 'RESOURCE_EXHAUSTED' },
      },
    ],
    { fault: 'rate_limited' },
  ),
  root(
    'Mistral',
    429,
    { object: 'error', message: 'Rate limit exceeded', type: 'rate_limited', param: null, code: '1300' },
    { fault: 'rate_limited' },
  ),
  root('Mistral', 429, { message: 'Requests rate limit exceeded' }, { fault: 'rate_limited', limit: 'requests' }),
  openAi(
    'OpenRouter',
    429,
    { message: 'Rate limit exceeded: free-models-per-min. ', code: 429 },
    { fault: 'rate_limited', limit: 'requests' },
  ),
  openAi(
    'OpenRouter',
    402,
    { message: 'Too much is under way.', code: 402, metadata: { limit_source: 'openrouter_in_flight_budget' } },
    { fault: 'rate_limited' },
  ),
  root(
    'Cerebras',
    429,
    {
      message: 'Tokens per minute limit exceeded - too many tokens processed.',
      type: 'too_many_tokens_error',
      param: 'quota',
      code: 'token_quota_exceeded',
    },
    { fault: 'rate_limited', limit: 'tokens' },
  ),
  {
    ...root(
      'Bedrock',
      429,
      { message: 'Too many tokens, please wait before trying again.' },
      { fault: 'rate_limited' },
    ),
    headers: { 'x-amzn-errortype': 'ThrottlingException:http://internal.amazon.com/' },
    limit: 'tokens',
  },
  anthropic(
    'Anthropic',
    429,
    {
      type: 'rate_limit_error',
      message:
        "This request would exceed your organization's rate limit of 30,000 input tokens per minute (org: 9d, model: claude-sonnet-4-6). For details, refer to: https://docs.claude.com/en/api/rate-limits.",
    },
    { fault: 'rate_limited', limit: 'input_tokens' },
  ),
  anthropic(
    'Anthropic',
    429,
    {
      type: 'rate_limit_error',
      message: "This request would exceed your organization's rate limit of 8,000 output tokens per minute.",
    },
    { fault: 'rate_limited', limit: 'output_tokens' },
  ),
  anthropic(
    'Anthropic',
    429,
    { type: 'rate_limit_error', message: 'Number of concurrent connections has exceeded your rate limit.' },
    { fault: 'rate_limited', limit: 'requests' },
  ),
];
