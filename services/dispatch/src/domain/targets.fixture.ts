import { defaultConduct, defaultHealthPolicy, type Plan, type Revision, type TargetState } from '#libs/contracts';
import { closedState } from '#libs/resilience';
import { resolveTargets, type ResolvedTarget } from './resolve-targets.js';

export const revision: Revision = {
  number: 7,
  digest: 'digest',
  channels: [
    {
      id: 'primary',
      provider: 'openai',
      baseUrl: 'https://api.openai.test/v1',
      region: 'eu',
      credential: { env: 'PRIMARY_KEY' },
    },
    {
      id: 'spare',
      provider: 'anthropic',
      baseUrl: 'http://127.0.0.1:9000/proxy/v1/',
      region: 'us',
      credential: { file: '/run/secrets/spare' },
    },
    {
      id: 'local',
      provider: 'openai-compatible',
      baseUrl: 'http://127.0.0.1:11434',
      region: 'here',
      credential: { none: true },
    },
  ],
  models: [
    { id: 'gpt-5', approved: true, contextWindow: 400_000, maxOutputTokens: 1000, capabilities: ['tools'] },
    { id: 'claude', approved: true, contextWindow: 200_000, maxOutputTokens: 2000, capabilities: [] },
  ],
  targets: [
    targetOf('gpt-5@primary', 'gpt-5', 'primary', 'gpt-5-2026-01-01'),
    targetOf('gpt-5@local', 'gpt-5', 'local', 'gpt-5:latest'),
    targetOf('claude@spare', 'claude', 'spare', 'claude-4'),
  ],
  routes: [],
  keys: [],
  health: { ...defaultHealthPolicy, openMs: 1000, maxOpenMs: 8000 },
  extraParameters: [],
};

function targetOf(id: string, model: string, channel: string, providerModel: string): Revision['targets'][number] {
  const price = { input: 2_000_000, output: 8_000_000, cacheRead: 200_000, cacheWrite: 2_500_000 };
  const rest = { weight: 1, limits: {}, acceptsContinuation: false, servedAs: [] };
  return { id, model, channel, providerModel, price, ...rest };
}

export const plan: Plan = {
  revision: 7,
  route: 'fast',
  model: 'gpt-5',
  tiers: [['gpt-5@primary', 'gpt-5@local'], ['claude@spare']],
  deadlines: { connect: 500, firstToken: 500, interToken: 500, attempt: 2000, total: 5000 },
  conduct: defaultConduct,
};

/** @throws Error for a target that the revision does not have. */
export function resolved(id: string, secret = 'sk-secret'): ResolvedTarget {
  const target = resolveTargets(revision, () => secret).get(id);
  if (!target) throw new Error(`no target ${id}`);
  return target;
}

/** A target taken out for some reason, until some time. */
export function shut(target: string, reason: TargetState['reason'], until: number): TargetState {
  return { ...closedState(target), phase: 'open', reason, until, openings: 1, version: 1 };
}
