/** A configuration whose only target is the mock provider. */
export function configurationFor(model: string, providerUrl: string): object {
  const price = { input: 1_000_000, output: 2_000_000, cacheRead: 100_000, cacheWrite: 1_000_000 };
  return {
    channels: [
      {
        id: 'mock',
        provider: 'openai-compatible',
        baseUrl: `${providerUrl}/v1`,
        region: 'local',
        credential: { none: true },
      },
    ],
    models: [{ id: model, approved: true, contextWindow: 2_000_000, maxOutputTokens: 4096, capabilities: ['tools'] }],
    targets: [{ id: `${model}@mock`, model, channel: 'mock', providerModel: 'bench-model-1', weight: 1, price }],
    routes: [{ id: model, model, tiers: [[`${model}@mock`]] }],
  };
}
