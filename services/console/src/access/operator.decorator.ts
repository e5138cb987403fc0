import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const operators = new WeakMap<object, string>();

/** Notes who a request was let in for. */
export function noteOperator(request: FastifyRequest, keyId: string): void {
  operators.set(request.raw, keyId);
}

/** The id of the key that the request was let in for. */
export const Operator = createParamDecorator((_data: unknown, context: ExecutionContext): string => {
  const keyId = operators.get(context.switchToHttp().getRequest<FastifyRequest>().raw);
  if (keyId === undefined) throw new Error('a public handler has no operator');
  return keyId;
});
