import { isJsonObject, type JsonObject } from '#libs/kernel';
import type { Answer } from '../answer.js';
import type { CallContext, Dialect, ProviderRequest, Reading, Refusal } from '../dialect.js';
import { anthropicLimitHeaders } from './anthropic-limit-headers.js';
import { anthropicRefusals, anthropicTooLong } from './anthropic-refusals.js';
import { checkMessages } from './message-contents.js';
import { checkParameters, invalid } from './message-parameters.js';
import { countInput, messagePrompt } from './message-prompt.js';
import { event, messageDocument, messageFrames } from './message.js';

const defaultModels = ['claude-sonnet-4-5-20250929', 'claude-haiku-4-5-20251001'];

const ping = event('lifecycle', 'ping', {}).text;

/** The Anthropic Messages API, as far as its callers can see. */
export const anthropicDialect: Dialect = {
  toolIdPrefix: 'toolu_01',
  requestIdPrefix: 'req_011C',
  refusals: anthropicRefusals,
  tooLong: anthropicTooLong,
  noise: {
    ping,
    brokenFrame: 'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"te\n\n',
    errorFrame: (requestId) => `event: error\ndata: ${refusalText(anthropicRefusals.overloaded, requestId)}\n\n`,
  },
  read,
  refusalText,
  headers: (context, refusal) => ({
    'request-id': context.requestId,
    'anthropic-organization-id': '00000000-0000-4000-8000-000000000000',
    ...anthropicLimitHeaders(context, refusal?.exhausted === true),
    ...refusal?.retryAfter,
  }),
};

function refusalText({ type, message }: Refusal, requestId: string): string {
  return JSON.stringify({ type: 'error', error: { type, message }, request_id: requestId });
}

function read(request: ProviderRequest, context: CallContext): Reading {
  const { method, path, json } = request;
  const refusal = checkHeaders(request);
  if (refusal !== undefined) return refused(refusal);
  if (/^\/v1\/models(\/|$)/.test(path)) return method === 'GET' ? readModels(path, context) : refused(wrongMethod);
  if (path !== '/v1/messages' && path !== '/v1/messages/count_tokens') return refused(notFound('Not Found'));
  return method === 'POST' ? readMessages(path, json, context) : refused(wrongMethod);
}

function checkHeaders({ headers }: ProviderRequest): Refusal | undefined {
  const key = headers['x-api-key'];
  const bearer = /^Bearer \S/i.test(headers.authorization ?? '');
  if ((key === undefined || key === '') && !bearer) {
    return { status: 401, type: 'authentication_error', message: 'x-api-key header is required' };
  }
  return headers['anthropic-version'] === undefined ? invalid('anthropic-version: header is required') : undefined;
}

function refused(refusal: Refusal): Reading {
  return { kind: 'refused', refusal };
}

function notFound(message: string): Refusal {
  return { status: 404, type: 'not_found_error', message };
}

const wrongMethod: Refusal = { status: 405, type: 'invalid_request_error', message: 'Method Not Allowed' };

function readMessages(path: string, body: unknown, context: CallContext): Reading {
  if (!isJsonObject(body)) return refused(invalid('The request body is not valid JSON: expected a JSON object'));
  const countsOnly = path.endsWith('/count_tokens');
  const refusal = checkParameters(body, countsOnly) ?? checkMessages(body) ?? checkModel(body, context);
  if (refusal !== undefined) return refused(refusal);
  if (countsOnly) return { kind: 'document', text: JSON.stringify({ input_tokens: countInput(body) }) };
  return messageReading(body, context);
}

function messageReading(body: JsonObject, context: CallContext): Reading {
  const id = context.identifiers('msg_01', 22);
  const chat = {
    prompt: messagePrompt(body),
    streamed: body['stream'] === true,
    document: (answer: Answer) => messageDocument(answer, id),
    frames: (answer: Answer) => messageFrames(answer, id, ping),
  };
  return { kind: 'chat', chat };
}

function checkModel(body: JsonObject, { channel }: CallContext): Refusal | undefined {
  const model = String(body['model']);
  return channel.models === undefined || channel.models.includes(model) ? undefined : notFound(`model: ${model}`);
}

function readModels(path: string, { channel }: CallContext): Reading {
  const created_at = '2025-09-29T00:00:00Z';
  const all = (channel.models ?? defaultModels).map((id) => ({ type: 'model', id, display_name: id, created_at }));
  const wanted = path.slice('/v1/models/'.length);
  if (wanted === '') {
    const [first_id, last_id] = [all[0]?.id ?? null, all.at(-1)?.id ?? null];
    return { kind: 'document', text: JSON.stringify({ data: all, has_more: false, first_id, last_id }) };
  }
  const one = all.find(({ id }) => encodeURIComponent(id) === wanted);
  return one === undefined ? refused(notFound(`model: ${wanted}`)) : { kind: 'document', text: JSON.stringify(one) };
}
