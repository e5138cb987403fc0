import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  startSimulator,
  type FaultDefinition,
  type Family,
  type FaultKindName,
  type Simulator,
} from '#libs/simulators';
import { rawCall, type RawAnswer } from '../raw-call.fixture.js';
import { sdkCaller } from '../sdk-callers.fixture.js';

const families: readonly Family[] = ['openai', 'anthropic'];
const paths = { openai: 'openai/v1/chat/completions', anthropic: 'anthropic/v1/messages' };

describe('refusals', () => {
  let simulator: Simulator;
  const set = (fault: Omit<FaultDefinition, 'channel'>) => simulator.setFault({ channel: '*', ...fault });
  const answer = (family: Family, content = 'hi'): Promise<RawAnswer> =>
    rawCall(`${simulator.url}/${paths[family]}`, {
      model: 'm',
      max_tokens: 100,
      messages: [{ role: 'user', content }],
    }).answered;

  beforeAll(async () => {
    simulator = await startSimulator({ port: 0, channels: families.map((id) => ({ id, family: id })) });
  });
  afterEach(() => {
    simulator.clearFaults();
    simulator.clearCalls();
  });
  afterAll(() => simulator.close());

  it.each<[FaultKindName, Family, number, object]>([
    ['unprocessable', 'openai', 422, { type: 'invalid_request_error' }],
    ['unprocessable', 'anthropic', 422, { type: 'invalid_request_error' }],
    ['not-found', 'openai', 404, { code: 'model_not_found' }],
    ['not-found', 'anthropic', 404, { type: 'not_found_error' }],
    ['forbidden', 'openai', 403, { code: 'insufficient_permissions' }],
    ['forbidden', 'anthropic', 403, { type: 'permission_error' }],
    ['auth-unavailable', 'openai', 503, { type: 'server_error' }],
    ['auth-unavailable', 'anthropic', 503, { type: 'api_error' }],
    ['payment-required', 'openai', 402, { code: 'credit_balance_exhausted' }],
    ['payment-required', 'anthropic', 402, { type: 'billing_error' }],
    ['daily-quota', 'openai', 429, { message: expect.stringContaining('per day') }],
    ['daily-quota', 'anthropic', 429, { message: expect.stringContaining('daily') }],
    ['content-filter', 'openai', 400, { code: 'content_filter' }],
    ['content-filter', 'anthropic', 400, { message: expect.stringContaining('content filtering') }],
    ['context-length', 'openai', 400, { code: 'context_length_exceeded', param: 'messages' }],
    ['context-length', 'anthropic', 400, { message: expect.stringMatching(/^prompt is too long: \d+ tokens > \d+/) }],
  ])('%s looks at %s as its SDK expects', async (kind, family, status, fields) => {
    set({ kind });
    const refused = sdkCaller(family, simulator).ask('hello');
    await expect(refused).rejects.toMatchObject({ status });
    const { body } = await answer(family);
    expect(JSON.parse(body.toString())).toMatchObject({ error: fields });
  });

  it.each(families)('context-length at %s lets shorter prompts through', async (family) => {
    set({ kind: 'context-length', contextTokens: 10 });
    expect((await answer(family, 'short')).status).toBe(200);
    const { status, body } = await answer(family, 'x'.repeat(80));
    expect([status, body.toString()]).toEqual([400, expect.stringMatching(/10 (tokens|maximum).*|20 tokens > 10/)]);
  });

  it('quota-exhausted carries another code where it is given one', async () => {
    set({ kind: 'quota-exhausted', code: 'organization_usage_limit_exceeded' });
    expect(JSON.parse((await answer('openai')).body.toString())).toMatchObject({
      error: { code: 'organization_usage_limit_exceeded' },
    });
  });

  it.each([
    [{ retryAfterSeconds: 9, retryAfterForm: 'ms' }, { 'retry-after-ms': '9000' }],
    [{ retryAfterText: '-1' }, { 'retry-after': '-1' }],
    [{ retryAfterText: '1e12' }, { 'retry-after': '1e12' }],
    [{ retryAfterText: 'NaN', retryAfterSeconds: 5 }, { 'retry-after': 'NaN' }],
    [{ retryAfterText: 'Wed, 21 Oct 2015 07:28:00 GMT' }, { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' }],
  ] as const)('says when to come back by %j', async (parameters, headers) => {
    set({ kind: 'rate-limit', ...parameters });
    expect((await answer('anthropic')).headers).toMatchObject(headers);
  });

  it('says when to come back by a date', async () => {
    set({ kind: 'unavailable', retryAfterSeconds: 3600, retryAfterForm: 'date' });
    const { headers } = await answer('openai');
    expect(Date.parse(headers['retry-after'] ?? '') - Date.now()).toBeGreaterThan(3_590_000);
  });

  it('revokes one key and leaves the others', async () => {
    const good = sdkCaller('openai', simulator, 'sk-good');
    const revoked = sdkCaller('openai', simulator, 'sk-revoked');
    set({ kind: 'unauthorized', credential: 'sk-revoked' });
    await expect(revoked.ask('hi')).rejects.toMatchObject({ status: 401 });
    expect((await good.ask('hi')).stop).toBe('stop');
    const digests = simulator.calls().map(({ credential }) => credential);
    expect(digests).toEqual([expect.stringMatching(/^sha256:/), expect.stringMatching(/^sha256:/)]);
    expect(new Set(digests).size).toBe(2);
  });

  it('bad-gateway is a web page with 502', async () => {
    set({ kind: 'bad-gateway' });
    const { status, headers } = await answer('openai');
    expect([status, headers['content-type']]).toEqual([502, 'text/html']);
  });

  it('logs what a mixture became', async () => {
    set({ kind: 'mixed', kinds: 'unavailable,rate-limit' });
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await answer('openai')).status));
    expect(new Set(statuses)).toEqual(new Set([503, 429]));
    const kinds = simulator.calls().flatMap(({ faults }) => faults.map(({ id, kind }) => `${id} ${kind}`));
    expect(new Set(kinds)).toEqual(new Set(['*:mixed unavailable', '*:mixed rate-limit']));
  });
});
