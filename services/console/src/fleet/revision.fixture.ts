import { createHash } from 'node:crypto';
import { defaultConduct, defaultHealthPolicy, type ApiKey, type Revision, type Target } from '#libs/contracts';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

export const OPERATOR_KEY = 'bw-operator-0123456789';
export const AGENT_KEY = 'bw-agent-0123456789';

function apiKey(id: string, key: string, operator: boolean): ApiKey {
  return { id, sha256: sha256(key), tenant: 'acme', team: 'search', agent: 'crawler', routes: ['*'], operator };
}

function target(channel: string): Target {
  const price = { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 };
  const rest = { weight: 1, limits: {}, acceptsContinuation: false, servedAs: [] };
  return { id: `gpt-5@${channel}`, model: 'gpt-5', channel, providerModel: 'gpt-5-2026-01-01', price, ...rest };
}

const deadlines = { connect: 1, firstToken: 1, interToken: 1, attempt: 1, total: 1 };

export const revision: Revision = {
  number: 7,
  digest: 'd1g35t',
  channels: ['primary', 'backup'].map((id) => ({
    id,
    provider: 'openai',
    baseUrl: 'https://user:canary@provider.test/v1',
    region: 'eu',
    credential: { env: 'CANARY_SECRET' },
  })),
  models: [{ id: 'gpt-5', approved: true, contextWindow: 1000, maxOutputTokens: 100, capabilities: ['tools'] }],
  targets: ['primary', 'backup'].map(target),
  routes: [
    {
      id: 'fast',
      model: 'gpt-5',
      tiers: [['gpt-5@primary'], ['gpt-5@backup']],
      deadlines,
      conduct: defaultConduct,
    },
  ],
  keys: [apiKey('operator', OPERATOR_KEY, true), apiKey('agent', AGENT_KEY, false)],
  health: { ...defaultHealthPolicy, openMs: 1000, maxOpenMs: 60_000 },
  extraParameters: [],
};
