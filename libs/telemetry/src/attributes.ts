/** What a span or an event says of itself. Never prompt or answer content; `undefined` is left out. */
export type Attributes = { readonly [name: string]: string | number | boolean | readonly string[] | undefined };

/** Attribute names of the GenAI semantic conventions, and the general ones they lean on. */
export const genAi = {
  /** `chat` for every call that Breakwater carries. */
  operationName: 'gen_ai.operation.name',
  /** `openai` or `anthropic`: the family spoken, whoever serves it. */
  providerName: 'gen_ai.provider.name',
  requestModel: 'gen_ai.request.model',
  requestStream: 'gen_ai.request.stream',
  requestMaxTokens: 'gen_ai.request.max_tokens',
  responseModel: 'gen_ai.response.model',
  responseId: 'gen_ai.response.id',
  /** A list: one for each choice. */
  finishReasons: 'gen_ai.response.finish_reasons',
  /** Seconds. */
  timeToFirstChunk: 'gen_ai.response.time_to_first_chunk',
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cacheReadTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_creation.input_tokens',
  /** `input` or `output`; for the token metric. */
  tokenType: 'gen_ai.token.type',
  errorType: 'error.type',
  serverAddress: 'server.address',
  serverPort: 'server.port',
  httpMethod: 'http.request.method',
  httpRoute: 'http.route',
  httpStatus: 'http.response.status_code',
} as const;

/** Attribute names of Breakwater's own vocabulary. */
export const breakwater = {
  requestId: 'breakwater.request_id',
  surface: 'breakwater.surface',
  route: 'breakwater.route',
  channel: 'breakwater.channel',
  target: 'breakwater.target',
  /** The pinned model of the route. */
  model: 'breakwater.model',
  /** The attempt's number, from 1. */
  attempt: 'breakwater.attempt',
  attempts: 'breakwater.attempts',
  fault: 'breakwater.fault',
  outcome: 'breakwater.outcome',
  substitution: 'breakwater.substitution',
  revision: 'breakwater.revision',
} as const;
