import { validateHeaderValue } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decisionHeaders } from './decision-headers.js';
import { plan, resolved } from './targets.fixture.js';

describe('decisionHeaders', () => {
  it('say who answered, as the provider named itself', () => {
    expect(
      decisionHeaders({ plan, attempts: 2, served: resolved('gpt-5@local'), servedVersion: 'gpt-5-0101' }),
    ).toEqual({
      'x-breakwater-route': 'fast',
      'x-breakwater-revision': '7',
      'x-breakwater-attempts': '2',
      'x-breakwater-model': 'gpt-5',
      'x-breakwater-version': 'gpt-5-0101',
      'x-breakwater-channel': 'local',
      'x-breakwater-substitution': 'none',
      'x-breakwater-substitution-reason': 'none',
    });
  });

  it('say what was asked for where the provider names nothing', () => {
    const headers = decisionHeaders({ plan, attempts: 1, served: resolved('gpt-5@primary') });
    expect(headers['x-breakwater-version']).toBe('gpt-5-2026-01-01');
  });

  it('say that another model answered, and why', () => {
    const headers = decisionHeaders({
      plan,
      attempts: 3,
      served: resolved('claude@spare'),
      substitutionReason: 'hang',
    });
    expect(headers).toMatchObject({
      'x-breakwater-model': 'claude',
      'x-breakwater-substitution': 'gpt-5 -> claude',
      'x-breakwater-substitution-reason': 'hang',
    });
  });

  it('stand on errors too, with the same names', () => {
    const headers = decisionHeaders({ plan, attempts: 4 });
    expect(Object.keys(headers)).toEqual(
      Object.keys(decisionHeaders({ plan, attempts: 1, served: resolved('claude@spare') })),
    );
    expect(headers).toMatchObject({ 'x-breakwater-attempts': '4', 'x-breakwater-channel': 'none' });
  });

  it('can be sent whatever a provider calls itself', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (servedVersion) => {
        const headers = decisionHeaders({ plan, attempts: 1, served: resolved('claude@spare'), servedVersion });
        for (const [name, value] of Object.entries(headers)) validateHeaderValue(name, value);
        expect(headers['x-breakwater-version']?.length).toBeLessThanOrEqual(200);
      }),
      { examples: [['gpt\r\nset-cookie: a=b'], ['gpt-\u{1f600}'], ['x'.repeat(100_000)]] },
    );
  });
});
