import { describe, expect, it } from '@jest/globals';
import OpenAI from 'openai';
import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';
import { errorCatalogue, GatewayError, type ErrorCode } from '#libs/kernel';
import { whileServed } from '../served.fixture.js';
import { openAiChat } from './definition.js';
import type { parameters } from './parameters.js';

const { renderError, renderStreamError, errorEvent, keepAlive, renderModels, requestIdHeader } = openAiChat;

/** Fails to compile when the SDK learns a parameter that the table lacks, or loses one that the table has. */
const inStep: [Exclude<keyof ChatCompletionCreateParams, keyof typeof parameters>] extends [never]
  ? [Exclude<keyof typeof parameters, keyof ChatCompletionCreateParams>] extends [never]
    ? true
    : false
  : false = true;

const client = (origin: string) => new OpenAI({ apiKey: 'k', baseURL: `${origin}/v1`, maxRetries: 0 });
const describeError = (code: ErrorCode) =>
  new GatewayError(code, `It is ${code}.`, { field: 'messages.0.role' }).describe();

const classOf: { readonly [status: number]: new (...args: never) => Error } = {
  400: OpenAI.BadRequestError,
  401: OpenAI.AuthenticationError,
  403: OpenAI.PermissionDeniedError,
  404: OpenAI.NotFoundError,
  429: OpenAI.RateLimitError,
  500: OpenAI.InternalServerError,
  502: OpenAI.InternalServerError,
  503: OpenAI.InternalServerError,
  504: OpenAI.InternalServerError,
};
const codes = Object.keys(errorCatalogue).filter((code): code is ErrorCode => code in errorCatalogue);

describe('the OpenAI surface', () => {
  it('knows exactly the parameters of the official SDK', () => {
    expect(inStep).toBe(true);
    expect(Object.keys(openAiChat.parameters)).toHaveLength(37);
  });

  it.each(codes)('renders %s as the error that the official SDK expects', async (code) => {
    const error = describeError(code);
    const served = {
      status: error.status,
      headers: { 'content-type': 'application/json', [requestIdHeader]: 'req-1' },
      body: renderError(error, 'req-1'),
    };
    const raised = await whileServed(served, (origin) =>
      client(origin)
        .chat.completions.create({ model: 'm', messages: [] })
        .catch((reason: unknown) => reason),
    );
    expect(raised).toBeInstanceOf(classOf[error.status] ?? OpenAI.APIError);
    expect(raised).toMatchObject({
      status: error.status,
      code,
      param: 'messages.0.role',
      requestID: 'req-1',
      message: `${error.status} It is ${code}.`,
    });
  });

  it.each([
    ['invalid_value', 'invalid_request_error'],
    ['invalid_key', 'authentication_error'],
    ['route_forbidden', 'permission_error'],
    ['route_not_found', 'invalid_request_error'],
    ['targets_rate_limited', 'rate_limit_error'],
    ['targets_exhausted', 'server_error'],
  ] as const)('gives %s the type %s', (code, type) => {
    const bytes = renderError(new GatewayError(code, 'No.').describe(), 'req-1');
    expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({ error: { message: 'No.', type, param: null, code } });
  });

  it('renders an error in a stream on which the official SDK throws', async () => {
    const chunk = {
      id: 'c',
      object: 'chat.completion.chunk',
      choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }],
    };
    const failure = renderStreamError(describeError('stream_interrupted'), 'req-1');
    const body = Buffer.concat([Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`), failure]);
    const seen: unknown[] = [];
    const reading = whileServed({ headers: { 'content-type': 'text/event-stream' }, body }, async (origin) => {
      const stream = await client(origin).chat.completions.create({ model: 'm', messages: [], stream: true });
      for await (const part of stream) seen.push(part);
    });
    await expect(reading).rejects.toBeInstanceOf(OpenAI.APIError);
    await expect(reading).rejects.toMatchObject({ code: 'stream_interrupted', type: 'server_error' });
    expect(seen).toEqual([chunk]);
  });

  it.each([false, true])(
    'keeps a caller waiting whom the official SDK does not disturb (an error follows: %p)',
    async (fails) => {
      const chunk = {
        id: 'c',
        created: 1,
        model: 'm',
        choices: [{ index: 0, delta: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
      };
      const answer = Buffer.from(`: breakwater {"x-breakwater-model":"m"}\n\ndata: ${JSON.stringify(chunk)}\n\n`);
      const failure = errorEvent(renderError(describeError('targets_exhausted'), 'req-1'));
      const body = Buffer.concat([keepAlive, keepAlive, fails ? failure : answer, Buffer.from('data: [DONE]\n\n')]);
      const reading = whileServed({ headers: { 'content-type': 'text/event-stream' }, body }, (origin) =>
        client(origin).chat.completions.stream({ model: 'm', messages: [] }).finalContent(),
      );
      if (fails) await expect(reading).rejects.toMatchObject({ code: 'targets_exhausted' });
      else expect(await reading).toBe('Hi');
    },
  );

  it('lists the routes as models', async () => {
    const body = renderModels([
      { id: 'smart', model: 'gpt-5' },
      { id: 'fast', model: 'gpt-5-mini' },
    ]);
    const models = await whileServed({ headers: { 'content-type': 'application/json' }, body }, async (origin) => {
      const listed = [];
      for await (const model of client(origin).models.list()) listed.push(model.id);
      return listed;
    });
    expect(models).toEqual(['smart', 'fast']);
  });
});
