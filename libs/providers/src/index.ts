export { concealing } from './concealing.js';
export { estimatePromptTokens, estimateTokens } from './estimate-tokens.js';
export { isFilled } from './filled.js';
export { joinBytes } from './join-bytes.js';
export { readLimits } from './limits.js';
export { providers, type ProviderDefinition } from './providers.js';
export { readProviderError, type ErrorResponse, type ProviderError } from './read-error.js';
export type { ReplyHeaders } from './reply-headers.js';
export { redact } from './redact.js';
export { translatorFor } from './registry.js';
export type { SseEvent } from './sse-event.js';
export { SseSplitter } from './sse.js';
export type {
  AnswerFault,
  AnswerReport,
  CallBody,
  Exchange,
  ProviderRequest,
  StreamProgress,
  StreamTranslator,
  Translator,
  WholeAnswer,
  WireTarget,
} from './translator.js';
