import { geminiQuota, groqLimit } from './quota-wordings.fixture.js';
import { openAi, root, type VendorError } from './vendor-error.fixture.js';

/** A quota of a day is used up. */
export const dailyQuotas: readonly VendorError[] = [
  openAi(
    'OpenAI',
    429,
    {
      message:
        'Rate limit reached for gpt-5 in organization org-1 on requests per day (RPD): Limit 200, Used 200, Requested 1. Please try again in 7m12s.',
      type: 'requests',
      code: 'rate_limit_exceeded',
    },
    { fault: 'daily_quota', limit: 'requests', retryAfterMs: 432_000 },
  ),
  openAi('Groq', 429, groqLimit('tokens per day (TPD)', 'Please try again in 9m38.016s.'), {
    fault: 'daily_quota',
    limit: 'tokens',
    retryAfterMs: 578_016,
  }),
  root(
    'Azure API Management',
    403,
    { statusCode: 403, message: 'Out of call volume quota. Quota will be replenished in 02:30:00.' },
    { fault: 'daily_quota', retryAfterMs: 9_000_000 },
  ),
  {
    ...openAi(
      'Gemini',
      429,
      geminiQuota(
        [
          'GenerateContentInputTokensPerModelPerMinute-FreeTier',
          'GenerateRequestsPerMinutePerProjectPerModel-FreeTier',
          'GenerateRequestsPerDayPerProjectPerModel-FreeTier',
        ],
        '30s',
      ),
      { fault: 'daily_quota', limit: 'input_tokens', retryAfterMs: 30_000 },
    ),
  },
  openAi(
    'OpenRouter',
    429,
    {
      message: 'Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day',
      code: 429,
      metadata: {
        headers: { 'X-RateLimit-Limit': '50', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': '1767229200000' },
        provider_name: null,
      },
    },
    { fault: 'daily_quota', limit: 'requests', retryAfterMs: 3_600_000 },
  ),
  root(
    'Bedrock',
    429,
    { message: 'Too many tokens per day, please wait before trying again.' },
    { fault: 'daily_quota', limit: 'tokens' },
  ),
];
