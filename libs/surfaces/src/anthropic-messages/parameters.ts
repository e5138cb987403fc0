import type { ParameterRule } from '../surface.js';

/** Those of the beta API are included: the caller's `anthropic-beta` header decides whether the provider takes them. */
export const parameters = {
  // Zero is meaningful: it fills the prompt cache without an answer.
  max_tokens: { kinds: ['integer'], required: true, min: 0 },
  messages: { kinds: ['array'], required: true, nonEmpty: true },
  model: { kinds: ['string'], required: true, nonEmpty: true },
  billing_policy: { kinds: ['object', 'null'] },
  cache_control: { kinds: ['object', 'null'] },
  compaction: { kinds: ['object', 'null'] },
  container: { kinds: ['string', 'object', 'null'] },
  context_management: { kinds: ['object', 'null'] },
  diagnostics: { kinds: ['object', 'null'] },
  fallback_credit_token: { kinds: ['string', 'object', 'null'] },
  fallbacks: { kinds: ['string', 'array', 'null'] },
  inference_geo: { kinds: ['string', 'null'] },
  mcp_servers: { kinds: ['array'] },
  metadata: { kinds: ['object'] },
  output_config: { kinds: ['object'] },
  output_format: { kinds: ['object', 'null'] },
  service_tier: { kinds: ['string'] },
  speed: { kinds: ['string', 'null'] },
  stop_sequences: { kinds: ['array'] },
  stream: { kinds: ['boolean'] },
  system: { kinds: ['string', 'array'] },
  temperature: { kinds: ['number'], min: 0, max: 1 },
  thinking: { kinds: ['object'] },
  // Half of the conversation would lie with one provider's account, out of reach of every other target.
  thread: { kinds: ['object', 'null'], refused: 'send the whole conversation in `messages`' },
  tool_choice: { kinds: ['object'] },
  tools: { kinds: ['array'] },
  top_k: { kinds: ['integer'], min: 0 },
  top_p: { kinds: ['number'], min: 0, max: 1 },
} as const satisfies { readonly [name: string]: ParameterRule };
