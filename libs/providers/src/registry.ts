import type { Family, Surface } from '#libs/contracts';
import { anthropicMessagesToAnthropic } from './anthropic-messages-to-anthropic/translator.js';
import { anthropicMessagesToOpenAi } from './anthropic-messages-to-openai/translator.js';
import { openAiChatToAnthropic } from './openai-chat-to-anthropic/translator.js';
import { openAiChatToOpenAi } from './openai-chat-to-openai/translator.js';
import type { Translator } from './translator.js';

const translators = {
  'openai-chat': { openai: openAiChatToOpenAi, anthropic: openAiChatToAnthropic },
  'anthropic-messages': { openai: anthropicMessagesToOpenAi, anthropic: anthropicMessagesToAnthropic },
} as const satisfies Record<Surface, Record<Family, Translator>>;

export function translatorFor(surface: Surface, family: Family): Translator {
  return translators[surface][family];
}
