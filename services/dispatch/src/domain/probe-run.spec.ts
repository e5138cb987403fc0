import { describe, expect, it } from '@jest/globals';
import { translatorFor } from '#libs/providers';
import { probeRun } from './probe-run.js';
import { resolved } from './targets.fixture.js';

const probe = { requestId: 'probe_1', why: 'open', revision: 7 } as const;

describe('probeRun', () => {
  it.each([
    ['gpt-5@primary', { max_completion_tokens: 16, stream_options: { include_usage: true } }],
    ['gpt-5@local', { max_tokens: 16, stream_options: { include_usage: true } }],
    ['claude@spare', { max_tokens: 16 }],
  ])('asks %s for a few streamed tokens in its own wire format', (id, own) => {
    const target = resolved(id);
    const { request, body } = probeRun({ ...probe, target: id }, target, 1000);
    const { channel, family, model } = target;
    const wire = {
      provider: channel.provider,
      providerModel: target.target.providerModel,
      maxOutputTokens: model.maxOutputTokens,
      servedAs: [],
      checkServed: true,
    };
    const call = { bytes: body, fields: request.fields, stream: request.stream, forward: request.forward };
    const sent = translatorFor(request.surface, family)(call, wire).request;
    expect(JSON.parse(Buffer.concat(sent.body).toString())).toEqual({
      model: target.target.providerModel,
      stream: true,
      messages: [{ role: 'user', content: expect.any(String) }],
      ...own,
    });
  });

  it('is a call of our own in the ledger, with an end', () => {
    const { request } = probeRun({ ...probe, target: 'gpt-5@primary' }, resolved('gpt-5@primary'), 1000);
    expect(request).toMatchObject({
      requestId: 'probe_1',
      principal: { tenant: 'breakwater', team: 'health', agent: 'prober', key: 'prober' },
      plan: { revision: 7, tiers: [['gpt-5@primary']] },
      deadlineAt: 31_000,
    });
  });
});
