import Anthropic from '@anthropic-ai/sdk';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import { startSimulatedGateway, type SimulatedGateway } from '../support/simulated-gateway.js';

let backend: SimulatedGateway;

beforeAll(async () => {
  backend = await startSimulatedGateway();
}, 60_000);

afterAll(async () => backend.stop(), 60_000);

const surfaces = [
  {
    name: 'OpenAI',
    kind: { object: 'model' },
    notFound: OpenAI.NotFoundError,
    models: (apiKey: string) => new OpenAI({ apiKey, baseURL: `${backend.gateway.url}/v1`, maxRetries: 0 }).models,
  },
  {
    name: 'Anthropic',
    kind: { type: 'model' },
    notFound: Anthropic.NotFoundError,
    models: (apiKey: string) => new Anthropic({ apiKey, baseURL: backend.gateway.url, maxRetries: 0 }).models,
  },
] as const;

describe.each(surfaces)('the $name SDK', ({ kind, notFound, models }) => {
  const idsFor = async (key: string): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const { id } of models(key).list()) ids.push(id);
    return ids;
  };

  it('lists the routes that its key may use', async () => {
    expect(await idsFor(backend.gateway.key)).toEqual(expect.arrayContaining(['claude', 'gpt', 'text']));
    expect(await idsFor(backend.narrowKey)).toEqual(['gpt']);
  });

  it('retrieves one of them, and no other', async () => {
    expect(await models(backend.narrowKey).retrieve('gpt')).toMatchObject({ id: 'gpt', ...kind });
    for (const id of ['claude', 'nobody', 'a/b', '..%2fgpt']) {
      const asked = models(backend.narrowKey).retrieve(id);
      await expect(asked).rejects.toThrow(notFound);
      await expect(asked).rejects.toThrow('use one of: gpt');
    }
  });
});

describe('a load balancer', () => {
  it.each(['/healthz', '/readyz'])('may ask for the head of %s alone', async (path) => {
    const response = await fetch(backend.gateway.url + path, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});
