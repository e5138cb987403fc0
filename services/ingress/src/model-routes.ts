import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Route } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import { surfaces } from '#libs/surfaces';
import type { KeyTable } from './key-table.js';
import { headersOf, sendError, surfaceOf } from './reply-error.js';

/** What agents may name in `model`, all of it and one by one, as the SDKs' `models.list` and `models.retrieve` ask. */
export function openModels(scope: FastifyInstance, keys: KeyTable): void {
  const withHead = { exposeHeadRoute: true };
  scope.get('/v1/models', withHead, (request, reply) => {
    const { renderModels } = surfaces[surfaceOf(request)];
    return sendJson(request, reply, renderModels(visibleTo(request, keys)));
  });
  // An id may have slashes in it.
  scope.get<{ Params: { '*': string } }>('/v1/models/*', withHead, (request, reply) => {
    const { '*': id } = request.params;
    const visible = visibleTo(request, keys);
    const route = visible.find((one) => one.id === id);
    if (route) return sendJson(request, reply, surfaces[surfaceOf(request)].renderModel(route));
    const known = visible.map((one) => one.id).join(', ');
    const message = `there is no model ${JSON.stringify(id.slice(0, 100))}; use one of: ${known}`;
    return sendError(request, reply, new GatewayError('route_not_found', message, { field: 'model' }));
  });
}

function visibleTo(request: FastifyRequest, keys: KeyTable): readonly Route[] {
  const allowed = request.caller?.key.routes ?? [];
  return (keys.revision?.routes ?? []).filter(({ id }) => allowed.includes('*') || allowed.includes(id));
}

function sendJson(request: FastifyRequest, reply: FastifyReply, json: Uint8Array): FastifyReply {
  return reply.headers({ ...headersOf(request), 'content-type': 'application/json' }).send(Buffer.from(json));
}
