/** The smallest configuration that is right, as a file would say it. */
export function configuration() {
  return {
    channels: [{ id: 'openai', provider: 'openai', baseUrl: 'https://example.com/v1', credential: { env: 'A_KEY' } }],
    models: [{ id: 'gpt', approved: true, contextWindow: 1000, maxOutputTokens: 100 }],
    targets: [
      { id: 'gpt@openai', model: 'gpt', channel: 'openai', providerModel: 'gpt-1', price: { input: 5, output: 7 } },
    ],
    routes: [{ id: 'chat', model: 'gpt', tiers: [['gpt@openai']] }],
    keys: [{ id: 'first', sha256: 'a'.repeat(64) }],
  };
}
