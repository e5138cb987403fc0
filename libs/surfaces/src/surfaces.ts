import type { Surface } from '#libs/contracts';
import { anthropicMessages } from './anthropic-messages/definition.js';
import { openAiChat } from './openai-chat/definition.js';
import type { SurfaceDefinition } from './surface.js';

export const surfaces: Record<Surface, SurfaceDefinition> = {
  'openai-chat': openAiChat,
  'anthropic-messages': anthropicMessages,
};
