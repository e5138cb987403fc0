import { describe, expect, it } from '@jest/globals';
import { readErrorFields } from '../error-fields.js';
import { inBandFault } from '../fault-of-error.js';
import { readProviderError } from '../read-error.js';
import { encode } from '../stream.fixture.js';
import { congestion } from './congestion.fixture.js';
import { contextLengths } from './context-lengths.fixture.js';
import { dailyQuotas } from './daily-quotas.fixture.js';
import { moneyGone } from './money.fixture.js';
import { rateLimits } from './rate-limits.fixture.js';
import { refusals } from './refusals.fixture.js';
import { unfitTargets } from './unfit-targets.fixture.js';

const vendorErrors = [
  ...rateLimits,
  ...dailyQuotas,
  ...moneyGone,
  ...congestion,
  ...contextLengths,
  ...refusals,
  ...unfitTargets,
];

const NOW = Date.UTC(2026, 0, 1);

describe('errors as vendors send them', () => {
  it.each(vendorErrors.map((error) => [`${error.of}: ${error.status} ${error.fault}`, error] as const))(
    '%s',
    (_name, { family, status, body, headers = {}, fault, limit, retryAfterMs }) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const error = readProviderError(family, { status, headers, body: encode(text), now: NOW });
      const { fault: read, limit: kind, retryAfterMs: wait } = error;
      expect({ fault: read, limit: kind, retryAfterMs: wait }).toEqual({ fault, limit, retryAfterMs });
    },
  );

  it('are not named by what they echo of the request', () => {
    const echo = { code: 'insufficient_quota', message: 'Your credit balance is too low; insufficient balance' };
    const body = JSON.stringify({
      error: { message: `Invalid value: ${JSON.stringify(echo)}`, type: 'invalid_request_error', input: echo },
      detail: [{ input: echo }],
    });
    expect(readProviderError('openai', { status: 400, headers: {}, body: encode(body), now: NOW }).fault).toBe(
      'client_error',
    );
  });

  it.each([
    [{ code: 429, message: 'Rate limited' }, 'rate_limited'],
    [{ code: '503', message: 'Busy' }, 'overloaded'],
    [{ code: 402, message: 'More credits, please' }, 'money_gone'],
    [{ code: 502, message: 'Bad gateway' }, 'error_event'],
    [{ code: 400, message: 'Bad value' }, 'error_event'],
    [{ code: 401, message: 'Whose key?' }, 'error_event'],
    [{ code: 'server_error', message: 'The server is currently overloaded' }, 'overloaded'],
    [{ code: 'content_filter', message: 'Filtered' }, 'refused'],
    [{ code: 400, message: "This model's maximum context length is 8 tokens" }, 'context_length'],
    [{ type: 'tokens', message: 'Rate limit reached on tokens per day (TPD)', code: 429 }, 'daily_quota'],
  ])('inside an answer, %j is %s', (error, fault) => {
    const fields = readErrorFields('openai', { error });
    expect(fields && inBandFault(fields).fault).toBe(fault);
  });
});
