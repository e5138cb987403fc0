import { describe, expect, it } from '@jest/globals';
import type { Family, FaultClass } from '#libs/contracts';
import { readProviderError, type ProviderError } from './read-error.js';

const NOW = Date.UTC(2026, 0, 1);

function read(family: Family, status: number, body: unknown, headers: Record<string, string> = {}): ProviderError {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readProviderError(family, { status, headers, body: new TextEncoder().encode(text), now: NOW });
}

const openAi = (type: string | null, code: string | null = null) => ({
  error: { message: 'Because.', type, param: null, code },
});
const anthropic = (type: string, details?: object) => ({
  type: 'error',
  error: { type, message: 'Because.', ...(details && { details }) },
  request_id: 'req_1',
});

describe('readProviderError', () => {
  it.each<[Family, number, unknown, FaultClass]>([
    ['openai', 400, openAi('invalid_request_error', 'context_length_exceeded'), 'context_length'],
    ['openai', 401, openAi('invalid_request_error', 'invalid_api_key'), 'bad_credential'],
    ['openai', 402, openAi(null), 'money_gone'],
    ['openai', 403, openAi('invalid_request_error', 'unsupported_country_region_territory'), 'provider_error'],
    ['openai', 403, openAi('request_forbidden'), 'bad_credential'],
    ['openai', 404, openAi('invalid_request_error', 'model_not_found'), 'provider_error'],
    ['openai', 408, openAi(null), 'provider_error'],
    ['openai', 421, openAi(null), 'provider_error'],
    ['openai', 424, openAi(null), 'provider_error'],
    ['openai', 409, openAi(null), 'provider_error'],
    ['openai', 413, openAi(null), 'context_length'],
    ['openai', 418, openAi(null), 'client_error'],
    ['openai', 422, openAi(null), 'client_error'],
    ['openai', 425, openAi(null), 'provider_error'],
    ['openai', 429, openAi('tokens', 'rate_limit_exceeded'), 'rate_limited'],
    ['openai', 429, openAi('insufficient_quota', 'insufficient_quota'), 'money_gone'],
    ['openai', 429, openAi('insufficient_quota', 'credit_balance_exhausted'), 'money_gone'],
    ['openai', 429, openAi(null, 'project_spend_limit_exceeded'), 'money_gone'],
    ['openai', 429, openAi(null, 'organization_usage_limit_exceeded'), 'money_gone'],
    ['openai', 429, openAi(null, 'billing_hard_limit_reached'), 'money_gone'],
    ['openai', 429, openAi('engine_overloaded_error'), 'overloaded'],
    ['openai', 429, '', 'rate_limited'],
    ['openai', 500, openAi('server_error'), 'provider_error'],
    ['openai', 502, '<html>Bad gateway</html>', 'provider_error'],
    ['openai', 503, openAi('server_error'), 'overloaded'],
    ['openai', 504, '', 'provider_error'],
    ['openai', 302, '', 'provider_error'],
    ['anthropic', 400, anthropic('invalid_request_error'), 'client_error'],
    ['anthropic', 401, anthropic('authentication_error'), 'bad_credential'],
    ['anthropic', 402, anthropic('billing_error'), 'money_gone'],
    ['anthropic', 403, anthropic('permission_error'), 'bad_credential'],
    ['anthropic', 404, anthropic('not_found_error'), 'client_error'],
    ['anthropic', 413, anthropic('request_too_large'), 'context_length'],
    ['anthropic', 429, anthropic('rate_limit_error'), 'rate_limited'],
    ['anthropic', 429, anthropic('rate_limit_error', { error_code: 'ramp_limit_exceeded' }), 'rate_limited'],
    ['anthropic', 429, anthropic('rate_limit_error', { error_code: 'enforced_spend_limit_reached' }), 'money_gone'],
    ['anthropic', 500, anthropic('api_error'), 'provider_error'],
    ['anthropic', 500, anthropic('overloaded_error'), 'overloaded'],
    ['anthropic', 504, anthropic('timeout_error'), 'provider_error'],
    ['anthropic', 529, anthropic('overloaded_error'), 'overloaded'],
  ])('%s %d %j is %s', (family, status, body, fault) => {
    expect(read(family, status, body)).toMatchObject({ fault, status });
  });

  it('knows an empty account by the message, where Anthropic gives no other sign', () => {
    const message = 'Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing.';
    const body = { type: 'error', error: { type: 'invalid_request_error', message } };
    expect(read('anthropic', 400, body).fault).toBe('money_gone');
  });

  it.each<[string, Family, unknown, object]>([
    [
      'of OpenAI',
      'openai',
      { error: { message: 'No.', type: 'invalid_request_error', param: 'messages', code: 'bad' } },
      { message: 'No.', type: 'invalid_request_error', param: 'messages', code: 'bad' },
    ],
    [
      'of Anthropic',
      'anthropic',
      anthropic('rate_limit_error', { error_code: 'ramp_limit_exceeded' }),
      { message: 'Because.', type: 'rate_limit_error', code: 'ramp_limit_exceeded' },
    ],
    ['in an array', 'openai', [{ error: { message: 'No.', code: 400 } }], { message: 'No.', code: '400' }],
    ['as text under error', 'openai', { error: 'No.' }, { message: 'No.' }],
    ['at the root', 'openai', { object: 'error', message: 'No.', type: 'BadRequestError' }, { message: 'No.' }],
    ['as detail', 'openai', { detail: 'No.' }, { message: 'No.' }],
    ['as plain text', 'openai', 'No.\n', { message: 'No.' }],
  ])('reads an error %s', (_name, family, body, fields) => {
    expect(read(family, 400, body)).toMatchObject(fields);
  });

  it.each(['', '<!doctype html><h1>Oops</h1>', '{}', '[]', 'null', '5', '{"error":{"message":7}}'])(
    'explains itself where the body %j does not',
    (body) => {
      expect(read('openai', 500, body).message).toBe('the provider answered 500 without an explanation');
    },
  );

  it('bounds and cleans what the provider says', () => {
    const { message, code } = read('openai', 400, {
      error: { message: `a\u0000\u001b[31m\r\nb\u202e${'x'.repeat(5000)}`, code: 'c'.repeat(500) },
    });
    expect(message.startsWith('a [31m b x')).toBe(true);
    expect(message).toHaveLength(500);
    expect(code).toHaveLength(100);
  });

  it.each<[string, number, Record<string, string>, Pick<ProviderError, 'retryAfterMs' | 'retryAfterAbsurd'>]>([
    ['not said', 429, {}, {}],
    ['said', 429, { 'retry-after': '2' }, { retryAfterMs: 2000 }],
    ['of a fault too', 500, { 'retry-after': '2' }, { retryAfterMs: 2000 }],
    ['past five minutes', 429, { 'retry-after': '86400' }, { retryAfterMs: 300_000, retryAfterAbsurd: true }],
    ['no time at all', 429, { 'retry-after': '-5' }, { retryAfterAbsurd: true }],
    [
      'left to the limits that are used up',
      429,
      {
        'x-ratelimit-remaining-requests': '0',
        'x-ratelimit-reset-requests': '1m0s',
        'x-ratelimit-remaining-tokens': '0',
        'x-ratelimit-reset-tokens': '250ms',
      },
      { retryAfterMs: 60_000 },
    ],
  ])('reads how long to wait: %s', (_name, status, headers, expected) => {
    const { retryAfterMs, retryAfterAbsurd } = read('openai', status, '', headers);
    expect({ retryAfterMs, retryAfterAbsurd }).toEqual({
      retryAfterMs: undefined,
      retryAfterAbsurd: undefined,
      ...expected,
    });
  });

  it('waits up to a day for a daily quota', () => {
    const error = {
      message: 'Limit reached on requests per day (RPD).',
      type: 'requests',
      code: 'rate_limit_exceeded',
    };
    expect(read('openai', 429, { error }, { 'retry-after': '43200' })).toMatchObject({
      fault: 'daily_quota',
      retryAfterMs: 43_200_000,
    });
    expect(read('openai', 429, { error }, { 'retry-after': '9999999' })).toMatchObject({
      retryAfterMs: 86_400_000,
      retryAfterAbsurd: true,
    });
  });

  it('names the limit by its headers where the error does not', () => {
    const headers = {
      'anthropic-ratelimit-requests-remaining': '3',
      'anthropic-ratelimit-output-tokens-remaining': '0',
      'anthropic-ratelimit-output-tokens-reset': '2026-01-01T00:00:07Z',
    };
    expect(read('anthropic', 429, anthropic('rate_limit_error'), headers)).toMatchObject({
      limit: 'output_tokens',
      retryAfterMs: 7000,
    });
  });
});
