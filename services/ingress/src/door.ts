import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Revision, Surface } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import { logger } from '#libs/platform';
import { surfaces } from '#libs/surfaces';
import { CallService } from './call.service.js';
import { KeyTable, type Caller } from './key-table.js';
import { openModels } from './model-routes.js';
import { Readiness } from './readiness.js';
import { newRequestId, sendError } from './reply-error.js';

declare module 'fastify' {
  interface FastifyRequest {
    requestId: string;
    /** The configuration in force when it came. */
    revision: Revision | undefined;
    caller: Caller | undefined;
    /** The route that its body names, as the caller wrote it. */
    route: string | undefined;
  }
  interface FastifyContextConfig {
    /** Open to everybody; anything not marked so needs a key. */
    public?: true;
  }
}

/** Opens the agents' side: raw Fastify routes behind one guard that denies by default. */
export function prepareDoor(app: NestFastifyApplication): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const keys = app.get(KeyTable);
  fastify.decorateRequest('requestId', '');
  fastify.decorateRequest('revision', undefined);
  fastify.decorateRequest('caller', undefined);
  fastify.decorateRequest('route', undefined);
  let closing = false;
  fastify.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    const refusal = guard(keys, request, reply) ?? (closing ? leaving() : undefined);
    if (refusal) sendError(request, reply, refusal);
    // Methods that Fastify does not know would come to Nest's own handler.
    else if (request.is404) nothingHere(request, reply);
    else done();
  });
  // In a scope of its own: outside it Nest's error handler and parsers rule.
  fastify.register((scope, _options, opened) => {
    // Bodies arrive as bytes: the one scan of them is ours.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
    scope.setErrorHandler((error, request, reply) => sendError(request, reply, asGatewayError(error, reply)));
    openRoutes(scope, app);
    opened();
  });
}

/** For who still comes on a connection that others' calls keep open. */
const leaving = (): GatewayError =>
  new GatewayError('not_ready', 'this gateway is being stopped; try again', { retryAfterMs: 1000 });

/** Why a request goes no further; answered here, since a hook's error may come to Nest's error handler. */
function guard(keys: KeyTable, request: FastifyRequest, reply: FastifyReply): GatewayError | undefined {
  request.requestId = newRequestId();
  request.revision = keys.revision;
  if (request.routeOptions.config.public) return undefined;
  try {
    refuseRepeated(request);
    const { authorization, 'x-api-key': apiKey } = request.headers;
    request.caller = keys.authenticate(authorization, typeof apiKey === 'string' ? apiKey : undefined);
    return undefined;
  } catch (error) {
    return asGatewayError(error, reply);
  }
}

/** Sent twice, these would mean one thing here and another to whoever reads the other one. */
function refuseRepeated({ raw: { rawHeaders } }: FastifyRequest): void {
  if (countOf(rawHeaders, 'host') > 1)
    throw new GatewayError('invalid_value', 'the header host stands twice; send it once');
  if (countOf(rawHeaders, 'authorization') > 1 || countOf(rawHeaders, 'x-api-key') > 1)
    throw new GatewayError('invalid_key', 'the key is sent twice; send it once');
}

/** Of names and values in turn, as they came. */
function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const given = rawHeaders[at] ?? '';
    if (given.length === name.length && given.toLowerCase() === name) count += 1;
  }
  return count;
}

function openRoutes(scope: FastifyInstance, app: NestFastifyApplication): void {
  const calls = app.get(CallService);
  const readiness = app.get(Readiness);
  const keys = app.get(KeyTable);
  for (const surface of ['openai-chat', 'anthropic-messages'] as const satisfies readonly Surface[]) {
    scope.post(surfaces[surface].path, (request, reply) => calls.handle(surface, request, reply));
  }
  scope.all('/*', nothingHere);
  openModels(scope, keys);
  const open = { exposeHeadRoute: true, config: { public: true } } as const;
  scope.get('/healthz', open, () => ({ status: 'ok' }));
  scope.get('/readyz', open, async (_request, reply) => {
    const missing = await readiness.missing();
    return reply
      .status(missing.length === 0 ? 200 : 503)
      .send(missing.length === 0 ? { status: 'ready' } : { status: 'not ready', missing });
  });
}

/** Nest owns the not-found handler: whatever no route takes comes here, with a key or not at all. */
function nothingHere(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = pathOf(request);
  const allowed = methodsOf(path);
  if (!allowed)
    return sendError(request, reply, new GatewayError('not_found', `there is no ${request.method} ${path} here`));
  reply.header('allow', allowed.join(', '));
  return sendError(request, reply, new GatewayError('method_not_allowed', `${path} takes ${allowed[0]} only`));
}

/** The first one is what agents use. */
function methodsOf(path: string): readonly [string, ...string[]] | undefined {
  if (Object.values(surfaces).some((surface) => surface.path === path)) return ['POST'];
  return /^\/(?:v1\/models(?:\/.*)?|healthz|readyz)$/.test(path) ? ['GET', 'HEAD'] : undefined;
}

const pathOf = (request: FastifyRequest): string => request.url.split('?')[0]?.slice(0, 200) ?? '/';

/** Fastify's own refusals in the catalogue's words. */
function asGatewayError(error: unknown, reply: FastifyReply): GatewayError {
  if (error instanceof GatewayError) return error;
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      // The rest is read and dropped: a caller still sending when the connection closes never sees this answer.
      reply.removeHeader('connection');
      reply.request.raw.resume();
      return new GatewayError(
        'body_too_large',
        'the body is larger than this gateway takes; send less, or ask an operator to raise BREAKWATER_MAX_BODY',
      );
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new GatewayError('unsupported_media_type', 'send the body as content-type: application/json');
    // The caller left, or broke the framing, while it sent the body.
    case 'ECONNRESET':
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new GatewayError('invalid_value', 'the body is not as long as content-length says');
    default:
      logger('ingress').error({ error: String(error), code }, 'a request failed inside ingress');
      return new GatewayError('internal_error', 'the gateway failed; try again');
  }
}
