import type { JsonObject } from '#libs/kernel';

/** What begins an Anthropic message, read from a chat completion or its chunk. */
export function messageIdentity(answer: JsonObject, fallbackModel: string): JsonObject {
  const { id, model } = answer;
  return {
    id: `msg_${typeof id === 'string' ? id.replace(/^chatcmpl-/, '') : 'unnamed'}`,
    type: 'message',
    role: 'assistant',
    model: typeof model === 'string' && model !== '' ? model : fallbackModel,
  };
}
