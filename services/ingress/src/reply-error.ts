import { randomUUID } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Surface } from '#libs/contracts';
import { systemClock, type GatewayError } from '#libs/kernel';
import { surfaces } from '#libs/surfaces';
import { errorHeaders, undecidedHeaders } from './reply-headers.js';

/**
 * Letters and digits only: it is a part of subjects and headers. It begins with the time, so that the ledger's rows
 * come in the order of their keys; 80 random bits follow.
 */
export function newRequestId(): string {
  const time = systemClock.now().toString(16).padStart(12, '0');
  // Far cheaper than asking for ten random bytes; the digits in between are not all random.
  const uuid = randomUUID();
  return `req_${time}${uuid.slice(0, 8)}${uuid.slice(24)}`;
}

/** The surface a request speaks, also where it hits no route of one. */
export function surfaceOf(request: FastifyRequest): Surface {
  const anthropic =
    request.url.startsWith(surfaces['anthropic-messages'].path) || 'anthropic-version' in request.headers;
  return anthropic ? 'anthropic-messages' : 'openai-chat';
}

/** Says how far a request came that is no call (yet). A caller's own text has no place here: only a route that there is. */
export function headersOf(request: FastifyRequest): Record<string, string> {
  const { requestId, revision, route } = request;
  const known = revision?.routes.find(({ id }) => id === route);
  return {
    ...undecidedHeaders(requestId, revision?.number ?? 0, known?.id),
    [surfaces[surfaceOf(request)].requestIdHeader]: requestId,
  };
}

/** An error that ends a request before it became a call. */
export function sendError(request: FastifyRequest, reply: FastifyReply, error: GatewayError): FastifyReply {
  const surface = surfaceOf(request);
  const { requestId } = request;
  return reply
    .status(error.status)
    .headers({ ...headersOf(request), ...errorHeaders(error, surface, requestId) })
    .send(Buffer.from(surfaces[surface].renderError(error.describe(), requestId)));
}
