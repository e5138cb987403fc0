import { isJsonObject, type JsonObject } from '#libs/kernel';
import type { Answer } from '../answer.js';
import type { CallContext, Dialect, ProviderRequest, Reading, Refusal } from '../dialect.js';
import { objectField } from '../json-fields.js';
import { completionDocument, completionFrames } from './chat-completion.js';
import { checkMessages } from './chat-messages.js';
import { checkParameters, invalid } from './chat-parameters.js';
import { chatPrompt } from './chat-prompt.js';
import { openaiLimitHeaders } from './openai-limit-headers.js';
import { openaiRefusals, openaiTooLong } from './openai-refusals.js';

const defaultModels = ['gpt-4o-2024-08-06', 'gpt-4o-mini-2024-07-18'];

/** The OpenAI Chat Completions API, as far as its callers can see. */
export const openaiDialect: Dialect = {
  toolIdPrefix: 'call_',
  requestIdPrefix: 'req_',
  refusals: openaiRefusals,
  tooLong: openaiTooLong,
  noise: {
    // The vendor sends no pings; comments are what proxies before it send to keep a connection open.
    ping: ': keep-alive\n\n',
    brokenFrame: 'data: {"id":"chatcmpl-broken","object":"chat.completion.chunk","choices":[{"index":0,"del\n\n',
    errorFrame: () => {
      const { message, type } = openaiRefusals['server-error'];
      return `data: ${JSON.stringify({ error: { message, type, param: null, code: null } })}\n\n`;
    },
  },
  read,
  refusalText: ({ message, type, param = null, code = null }) =>
    JSON.stringify({ error: { message, type, param, code } }, null, 2),
  headers: (context, refusal) => ({
    'x-request-id': context.requestId,
    'openai-version': '2020-10-01',
    'openai-organization': 'simulated',
    'openai-processing-ms': '12',
    ...openaiLimitHeaders(context.limits, refusal?.exhausted === true),
    ...refusal?.retryAfter,
  }),
};

function read(request: ProviderRequest, context: CallContext): Reading {
  const { method, path } = request;
  if (!/^Bearer \S/i.test(request.headers.authorization ?? '')) return refused(missingKey);
  if (path === '/v1/chat/completions')
    return method === 'POST' ? readChat(request.json, context) : wrongMethod(request);
  if (/^\/v1\/models(\/|$)/.test(path)) return method === 'GET' ? readModels(path, context) : wrongMethod(request);
  return refused(invalid(`Invalid URL (${method} ${path})`, { status: 404 }));
}

const missingKey: Refusal = {
  status: 401,
  type: 'invalid_request_error',
  message:
    "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
};

function refused(refusal: Refusal): Reading {
  return { kind: 'refused', refusal };
}

function wrongMethod({ method, path }: ProviderRequest): Reading {
  const hint = '(HINT: Perhaps you meant to use a different HTTP method?)';
  return refused(
    invalid(`Not allowed to ${method} on ${path}. ${hint}`, { status: 405, code: 'method_not_supported' }),
  );
}

function readChat(body: unknown, context: CallContext): Reading {
  if (!isJsonObject(body)) {
    const hint = '(HINT: This likely means you aren’t using your HTTP library correctly.)';
    return refused(
      invalid(`We could not parse the JSON body of your request. ${hint} The API expects a JSON payload.`),
    );
  }
  const refusal = checkParameters(body) ?? checkMessages(body) ?? checkModel(body, context);
  return refusal === undefined ? chatReading(body, context) : refused(refusal);
}

function chatReading(body: JsonObject, context: CallContext): Reading {
  const prompt = chatPrompt(body);
  const frame = {
    id: context.identifiers('chatcmpl-', 29),
    created: Math.floor(context.startedAt / 1000),
    choices: prompt.choices,
    includeUsage: objectField(body, 'stream_options')?.['include_usage'] === true,
  };
  const chat = {
    prompt,
    streamed: body['stream'] === true,
    document: (answer: Answer) => completionDocument(answer, frame),
    frames: (answer: Answer) => completionFrames(answer, frame),
  };
  return { kind: 'chat', chat };
}

function checkModel(body: JsonObject, { channel }: CallContext): Refusal | undefined {
  const model = String(body['model']);
  return channel.models === undefined || channel.models.includes(model) ? undefined : unknownModel(model);
}

function unknownModel(model: string): Refusal {
  const message = `The model \`${model}\` does not exist or you do not have access to it.`;
  return invalid(message, { status: 404, code: 'model_not_found' });
}

function readModels(path: string, { channel }: CallContext): Reading {
  const all = (channel.models ?? defaultModels).map((id) => ({
    id,
    object: 'model',
    created: 1_722_470_400,
    owned_by: 'simulated',
  }));
  const wanted = path.slice('/v1/models/'.length);
  if (wanted === '') return { kind: 'document', text: JSON.stringify({ object: 'list', data: all }) };
  const one = all.find(({ id }) => encodeURIComponent(id) === wanted);
  return one === undefined ? refused(unknownModel(wanted)) : { kind: 'document', text: JSON.stringify(one) };
}
