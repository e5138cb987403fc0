import { google } from './vendor-error.fixture.js';

/** Gemini's error for the quotas of these ids. */
export const geminiQuota = (quotaIds: readonly string[], retryDelay: string) => ({
  code: 429,
  message:
    'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.',
  status: 'RESOURCE_EXHAUSTED',
  details: [
    google('QuotaFailure', { violations: quotaIds.map((quotaId) => ({ quotaId })) }),
    google('Help', { links: [] }),
    google('RetryInfo', { retryDelay }),
  ],
});

/** Groq's error for a limit. */
export const groqLimit = (what: string, rest: string) => ({
  message: `Rate limit reached for model \`llama-3.3-70b-versatile\` in organization \`org_01\` service tier \`on_demand\` on ${what}: Limit 100000, Used 97050, Requested 3619. ${rest} Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing`,
  type: 'tokens',
  code: 'rate_limit_exceeded',
});
