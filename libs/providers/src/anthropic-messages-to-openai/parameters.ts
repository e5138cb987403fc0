import type { ParameterPolicy } from '../cross-family/parameter-policy.js';

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

/** Every Messages parameter, and what becomes of it towards OpenAI. What is not listed is refused. */
export const messagesParameters: ParameterPolicy = {
  model: 'translated',
  max_tokens: 'translated',
  system: 'translated',
  messages: 'translated',
  tools: 'translated',
  tool_choice: 'translated',
  stop_sequences: 'translated',
  temperature: 'translated',
  top_p: 'translated',
  thinking: 'translated',
  output_config: 'translated',
  metadata: 'translated',
  stream: 'translated',

  cache_control: 'dropped',
  // Clears or compacts old turns to save tokens; the provider then sees the whole conversation.
  context_management: 'dropped',
  diagnostics: 'dropped',
  service_tier: 'dropped',
  speed: 'dropped',

  container: { refused: 'remove it, and send files in the messages' },
  inference_geo: { refused: 'remove it; where a call may run is decided by the route' },
  mcp_servers: { refused: 'call the servers yourself and offer their tools in `tools`', unless: isEmptyList },
  output_format: { refused: 'use `output_config.format`' },
  thread: { refused: 'send the whole conversation in `messages`' },
  top_k: { refused: 'use `top_p`' },
};
