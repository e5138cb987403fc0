import { describe, expect, it } from '@jest/globals';
import { defaultConduct, type Decision, type RequestFacts } from '#libs/contracts';
import { PlanMemory } from './plan-memory.js';

const deadlines = { connect: 1, firstToken: 1, interToken: 1, attempt: 1, total: 1 };
const plan = { revision: 3, route: 'chat', model: 'm', tiers: [['t']], deadlines, conduct: defaultConduct };
const decision: Decision = { plan, reuse: { upToTokens: 100, forMs: 1000 } };

function facts(more: Partial<RequestFacts> = {}): RequestFacts {
  const principal = { tenant: 't', team: 't', agent: 'a', key: 'k' };
  const sizes = { estimatedInputTokens: 50, maxOutputTokens: 50 };
  return {
    requestId: 'r',
    surface: 'openai-chat',
    route: 'chat',
    principal,
    stream: false,
    needs: [],
    ...sizes,
    ...more,
  };
}

function remembering(what = decision): PlanMemory {
  const memory = new PlanMemory();
  memory.remember(facts(), what, 0);
  return memory;
}

describe('PlanMemory', () => {
  it('recalls what policy said holds, until it does not', () => {
    expect(remembering().recall(facts({ requestId: 'other', stream: true }), 3, 999)).toEqual(plan);
    expect(remembering().recall(facts(), 3, 1000)).toBeUndefined();
  });

  it.each([
    ['another key', facts({ principal: { tenant: 't', team: 't', agent: 'a', key: 'x' } }), 3],
    ['another route', facts({ route: 'other' }), 3],
    ['other needs', facts({ needs: ['tools'] }), 3],
    ['more tokens', facts({ maxOutputTokens: 51 }), 3],
    ['another revision', facts(), 4],
  ])('does not stretch it to %s', (_name, asked, revision) => {
    expect(remembering().recall(asked, revision, 1)).toBeUndefined();
  });

  it('forgets at once what was for one request', () => {
    expect(remembering({ plan }).recall(facts(), 3, 1)).toBeUndefined();
    const refusal = { code: 'route_not_found', status: 404, message: 'no' } as const;
    expect(remembering({ refusal, revision: 3 }).recall(facts(), 3, 1)).toBeUndefined();
  });
});
