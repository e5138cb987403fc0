import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  defaultConduct as conduct,
  defaultHealthPolicy,
  type Capability,
  type Decision,
  type Model,
  type RequestFacts,
  type Revision,
} from '#libs/contracts';
import { decide } from './decide.js';
import { indexRevision } from './revision-index.js';

const deadlines = { connect: 1, firstToken: 1, interToken: 1, attempt: 1, total: 1 };
const price = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };

function model(id: string, more: Partial<Model> = {}): Model {
  const usual = { approved: true, contextWindow: 1000, maxOutputTokens: 100, capabilities: ['tools'] } as const;
  return { id, ...usual, ...more };
}

const target = (id: string, of: string) => ({
  id,
  model: of,
  channel: 'c',
  providerModel: `${of}-1`,
  price,
  weight: 1,
  limits: {},
  acceptsContinuation: false,
  servedAs: [],
});

function key(id: string, routes: readonly string[]) {
  return { id, sha256: '', tenant: 't', team: 't', agent: 'a', routes, operator: false };
}

const revision: Revision = {
  number: 7,
  digest: 'd',
  channels: [],
  models: [model('pinned'), model('small', { contextWindow: 10 }), model('plain', { capabilities: [] })],
  targets: [
    target('pinned@1', 'pinned'),
    target('pinned@2', 'pinned'),
    target('small@1', 'small'),
    target('plain@1', 'plain'),
  ],
  routes: [
    { id: 'chat', model: 'pinned', tiers: [['pinned@1', 'small@1'], ['pinned@2'], ['plain@1']], deadlines, conduct },
    { id: 'tiny', model: 'small', tiers: [['small@1']], deadlines, conduct },
    { id: 'bare', model: 'plain', tiers: [['plain@1']], deadlines, conduct },
    { id: 'mixed', model: 'small', tiers: [['small@1'], ['plain@1']], deadlines, conduct },
  ],
  keys: [key('all', ['*']), key('some', ['tiny'])],
  health: defaultHealthPolicy,
  extraParameters: [],
};

function facts(more: Partial<RequestFacts> = {}): RequestFacts {
  return {
    requestId: 'r',
    surface: 'openai-chat',
    route: 'chat',
    principal: { tenant: 't', team: 't', agent: 'a', key: 'all' },
    stream: false,
    estimatedInputTokens: 1,
    maxOutputTokens: 1,
    needs: [],
    ...more,
  };
}

const decideOn = (more: Partial<RequestFacts>): Decision => decide(facts(more), indexRevision(revision));

describe('decide', () => {
  it('plans the route’s tiers in their order', () => {
    const tiers = [['pinned@1', 'small@1'], ['pinned@2'], ['plain@1']];
    expect(decideOn({})).toMatchObject({ plan: { revision: 7, route: 'chat', model: 'pinned', tiers, deadlines } });
  });

  it.each<readonly [name: string, more: Partial<RequestFacts>, tiers: readonly (readonly string[])[]]>([
    [
      'too small for prompt and answer together',
      { estimatedInputTokens: 9, maxOutputTokens: 2 },
      [['pinned@1'], ['pinned@2'], ['plain@1']],
    ],
    [
      'just large enough',
      { estimatedInputTokens: 9, maxOutputTokens: 1 },
      [['pinned@1', 'small@1'], ['pinned@2'], ['plain@1']],
    ],
    ['without a capability', { needs: ['tools'] }, [['pinned@1', 'small@1'], ['pinned@2']]],
  ])('leaves out a target that is %s', (_name, more, tiers) => {
    expect(decideOn(more)).toMatchObject({ plan: { tiers } });
  });

  it('leaves out what is not approved, or not there at all', () => {
    const models = [model('pinned', { approved: false }), model('small')];
    const index = indexRevision({ ...revision, models });
    expect(decide(facts(), index)).toMatchObject({ plan: { tiers: [['small@1']] } });
  });

  const other = { principal: { tenant: 't', team: 't', agent: 'a', key: 'some' } };

  it.each<readonly [name: string, more: Partial<RequestFacts>, code: string, says: RegExp]>([
    ['an unknown route', { route: 'nowhere' }, 'route_not_found', /"nowhere"; use one of: chat, tiny/],
    ['a route that every object has', { route: 'constructor' }, 'route_not_found', /constructor/],
    ['a route that the key may not use', other, 'route_forbidden', /may not use the route chat; ask an operator/],
    ['a key that is gone', { principal: { ...other.principal, key: 'gone' } }, 'route_forbidden', /operator/],
    [
      'a prompt too long for all',
      { route: 'tiny', estimatedInputTokens: 20 },
      'context_length_exceeded',
      /about 21 tokens.*shorten/,
    ],
    ['what no model can', { route: 'bare', needs: ['images'] }, 'no_lawful_target', /not_capable/],
    [
      'several reasons',
      { route: 'mixed', needs: ['tools'], estimatedInputTokens: 20 },
      'no_lawful_target',
      /context_too_small, not_capable/,
    ],
  ])('refuses %s, with the reason and the fix', (_name, more, code, says) => {
    expect(decideOn(more)).toMatchObject({ revision: 7, refusal: { code, message: expect.stringMatching(says) } });
  });

  it('lets a key use the routes it names', () => {
    expect(decideOn({ ...other, route: 'tiny' })).toMatchObject({ plan: { route: 'tiny' } });
  });

  it('repeats no more than a little of a name', () => {
    const decision = decideOn({ route: 'x'.repeat(1_000_000) });
    expect(JSON.stringify(decision).length).toBeLessThan(1000);
  });
});

describe('a plan', () => {
  const capabilities = fc.uniqueArray(fc.constantFrom<Capability>('tools', 'images'));
  const anyModels = fc.array(fc.record({ approved: fc.boolean(), contextWindow: fc.nat(100), capabilities }), {
    maxLength: 6,
  });
  const anyTiers = fc.array(
    fc.array(
      fc.nat(7).map((at) => `t${at}`),
      { maxLength: 4 },
    ),
    { maxLength: 4 },
  );

  it('never holds a target that is unapproved, incapable or too small, and misses none that is lawful', () => {
    const anyFacts = fc.record({ estimatedInputTokens: fc.nat(80), maxOutputTokens: fc.nat(80), needs: capabilities });
    fc.assert(
      fc.property(anyModels, anyTiers, anyFacts, (drawn, tiers, more) => {
        const models = drawn.map((known, at) => model(`m${at}`, known));
        const targets = models.map(({ id }, at) => target(`t${at}`, id));
        const routes = [{ id: 'chat', model: 'm0', tiers, deadlines, conduct }];
        const decision = decide(facts(more), indexRevision({ ...revision, models, targets, routes }));
        const lawful = (id: string): boolean => {
          const {
            approved,
            contextWindow,
            capabilities: has,
          } = models[Number(id.slice(1))] ?? model('', { approved: false });
          const tokens = more.estimatedInputTokens + more.maxOutputTokens;
          return approved && tokens <= contextWindow && more.needs.every((need) => has.includes(need));
        };
        const expected = tiers.map((tier) => tier.filter(lawful)).filter((tier) => tier.length > 0);
        expect('plan' in decision ? decision.plan.tiers : []).toEqual(expected);
        expect('refusal' in decision).toBe(expected.length === 0);
      }),
      { numRuns: 500 },
    );
  });

  it('says how far a plan holds: no request within that gets another', () => {
    const size = fc.record({ estimatedInputTokens: fc.nat(80), maxOutputTokens: fc.nat(80) });
    fc.assert(
      fc.property(anyModels, anyTiers, fc.tuple(size, size, capabilities), (drawn, tiers, [asked, later, needs]) => {
        const models = drawn.map((known, at) => model(`m${at}`, known));
        const targets = models.map(({ id }, at) => target(`t${at}`, id));
        const routes = [{ id: 'chat', model: 'm0', tiers, deadlines, conduct }];
        const index = indexRevision({ ...revision, models, targets, routes });
        const first = decide(facts({ ...asked, needs }), index);
        if (!('plan' in first) || !first.reuse) return;
        const tokens = later.estimatedInputTokens + later.maxOutputTokens;
        if (tokens > first.reuse.upToTokens) return;
        expect(decide(facts({ ...later, needs }), index)).toMatchObject({ plan: first.plan });
      }),
      { numRuns: 500 },
    );
  });
});
