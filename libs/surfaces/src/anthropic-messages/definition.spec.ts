import Anthropic from '@anthropic-ai/sdk';
import type { MessageCreateParams } from '@anthropic-ai/sdk/resources/messages';
import type { MessageCreateParams as BetaMessageCreateParams } from '@anthropic-ai/sdk/resources/beta/messages';
import { describe, expect, it } from '@jest/globals';
import { errorCatalogue, GatewayError, type ErrorCode } from '#libs/kernel';
import { whileServed } from '../served.fixture.js';
import { anthropicMessages } from './definition.js';
import type { parameters } from './parameters.js';

const { renderError, renderStreamError, errorEvent, keepAlive, renderModels, requestIdHeader } = anthropicMessages;

/** The SDK sends these as headers. */
type InHeaders = 'betas' | 'user_profile_id' | 'workspace_id';
/** The SDK no longer offers these, older models still take them. */
type Deprecated = 'temperature' | 'top_k' | 'top_p';
type Offered = Exclude<keyof MessageCreateParams | keyof BetaMessageCreateParams, InHeaders>;

/** Fails to compile when the SDK learns a parameter that the table lacks, or loses one that the table has. */
const inStep: [Exclude<Offered, keyof typeof parameters>] extends [never]
  ? [Exclude<keyof typeof parameters, Offered | Deprecated>] extends [never]
    ? true
    : false
  : false = true;

const client = (origin: string) => new Anthropic({ apiKey: 'k', baseURL: origin, maxRetries: 0 });
const call = { model: 'm', max_tokens: 1, messages: [] };
const describeError = (code: ErrorCode) =>
  new GatewayError(code, `It is ${code}.`, { field: 'messages.0.role' }).describe();

const classOf: { readonly [status: number]: new (...args: never) => Error } = {
  400: Anthropic.BadRequestError,
  401: Anthropic.AuthenticationError,
  403: Anthropic.PermissionDeniedError,
  404: Anthropic.NotFoundError,
  408: Anthropic.RequestTimeoutError,
  413: Anthropic.ContentTooLargeError,
  429: Anthropic.RateLimitError,
  500: Anthropic.InternalServerError,
  502: Anthropic.InternalServerError,
  503: Anthropic.ServiceUnavailableError,
  504: Anthropic.GatewayTimeoutError,
};
const codes = Object.keys(errorCatalogue).filter((code): code is ErrorCode => code in errorCatalogue);

describe('the Anthropic surface', () => {
  it('knows exactly the parameters of the official SDK', () => {
    expect(inStep).toBe(true);
    expect(Object.keys(anthropicMessages.parameters)).toHaveLength(28);
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
        .messages.create(call)
        .catch((reason: unknown) => reason),
    );
    expect(raised).toBeInstanceOf(classOf[error.status] ?? Anthropic.APIError);
    expect(raised).toMatchObject({
      status: error.status,
      requestID: 'req-1',
      errorCode: code,
      apiMessage: `It is ${code}.`,
      error: { request_id: 'req-1', error: { code, field: 'messages.0.role' } },
    });
  });

  it.each([
    ['invalid_value', 'invalid_request_error'],
    ['invalid_key', 'authentication_error'],
    ['route_forbidden', 'permission_error'],
    ['route_not_found', 'not_found_error'],
    ['body_too_large', 'request_too_large'],
    ['targets_rate_limited', 'rate_limit_error'],
    ['internal_error', 'api_error'],
    ['stream_interrupted', 'api_error'],
    ['targets_exhausted', 'overloaded_error'],
    ['targets_timed_out', 'timeout_error'],
  ] as const)('gives %s the type %s', (code, type) => {
    const bytes = renderError(new GatewayError(code, 'No.').describe(), 'req-1');
    expect(JSON.parse(Buffer.from(bytes).toString())).toEqual({
      type: 'error',
      error: { type, message: 'No.', code, details: { error_code: code } },
      request_id: 'req-1',
    });
  });

  it('renders an error in a stream on which the official SDK throws', async () => {
    const event = { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Hi' } };
    const failure = renderStreamError(describeError('stream_interrupted'), 'req-1');
    const body = Buffer.concat([Buffer.from(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`), failure]);
    const seen: unknown[] = [];
    const reading = whileServed({ headers: { 'content-type': 'text/event-stream' }, body }, async (origin) => {
      for await (const part of await client(origin).messages.create({ ...call, stream: true })) seen.push(part);
    });
    await expect(reading).rejects.toBeInstanceOf(Anthropic.APIError);
    await expect(reading).rejects.toMatchObject({ errorCode: 'stream_interrupted', type: 'api_error' });
    expect(seen).toEqual([event]);
  });

  it.each([false, true])(
    'keeps a caller waiting whom the official SDK does not disturb (an error follows: %p)',
    async (fails) => {
      const usage = { input_tokens: 1, output_tokens: 1 };
      const message = {
        id: 'm',
        type: 'message',
        role: 'assistant',
        model: 'm',
        content: [],
        stop_reason: null,
        usage,
      };
      const events = [
        { type: 'message_start', message },
        { type: 'content_block_start', index: 0, content_block: { type: 'text', text: 'Hi' } },
        { type: 'content_block_stop', index: 0 },
        { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage },
        { type: 'message_stop' },
      ].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      const answer = Buffer.from(`: breakwater {"x-breakwater-model":"m"}\n\n${events.join('')}`);
      const failure = errorEvent(renderError(describeError('targets_exhausted'), 'req-1'));
      const body = Buffer.concat([keepAlive, keepAlive, fails ? failure : answer]);
      const reading = whileServed({ headers: { 'content-type': 'text/event-stream' }, body }, (origin) =>
        client(origin).messages.stream(call).finalText(),
      );
      if (fails) await expect(reading).rejects.toMatchObject({ errorCode: 'targets_exhausted' });
      else expect(await reading).toBe('Hi');
    },
  );

  it.each([[[]], [['smart', 'fast']]])('lists the routes %j as models', async (ids) => {
    const body = renderModels(ids.map((id) => ({ id, model: 'claude-sonnet-4-5' })));
    const page = await whileServed({ headers: { 'content-type': 'application/json' }, body }, (origin) =>
      client(origin).models.list(),
    );
    expect(page.data.map(({ id, display_name, type }) => [id, display_name, type])).toEqual(
      ids.map((id) => [id, 'claude-sonnet-4-5', 'model']),
    );
    expect(page.hasNextPage()).toBe(false);
  });
});
