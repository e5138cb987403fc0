import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '#libs/kernel';
import { FleetState } from '../fleet/fleet.state.js';
import { findKey } from './find-key.js';
import { noteOperator } from './operator.decorator.js';
import { invalidKey, presentedKey } from './presented-key.js';
import { PUBLIC } from './public.decorator.js';

/**
 * Every handler asks for an operator's key, unless it is marked public. It guards handlers, not paths: however a
 * path is spelled, whatever the router takes to a handler has passed here.
 */
@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly fleet: FleetState,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.reflector.getAllAndOverride<unknown>(PUBLIC, [context.getHandler(), context.getClass()]) === true)
      return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const presented = presentedKey(request.raw.rawHeaders);
    const key = findKey(this.fleet.revision.keys, presented);
    if (key === undefined) throw invalidKey();
    if (!key.operator) throw new GatewayError('forbidden', 'the key is not an operator key; the console needs one');
    noteOperator(request, key.id);
    return true;
  }
}
