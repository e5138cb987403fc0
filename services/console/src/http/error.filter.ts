import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { GatewayError, isJsonObject, type ErrorCode, type ErrorDescription } from '#libs/kernel';
import { logger } from '#libs/platform';

/** Every error leaves as `{error: {code, message, field?}}`. */
@Catch()
export class ErrorFilter implements ExceptionFilter<unknown> {
  private readonly log = logger('console');

  catch(error: unknown, host: ArgumentsHost): void {
    const { status, retryAfterMs, code, message, field } = describe(error);
    // The name alone: a message may quote what was sent.
    if (status >= 500 && !(error instanceof GatewayError)) {
      this.log.error({ error: error instanceof Error ? error.name : typeof error }, 'a request failed');
    }
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (status === 401) reply.header('www-authenticate', 'Bearer realm="breakwater console"');
    if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
    void reply.status(status).send({ error: { code, message, field } });
  }
}

const byStatus: { readonly [status: number]: readonly [ErrorCode, string] } = {
  404: ['not_found', 'there is nothing here; see GET /'],
  405: ['method_not_allowed', 'this is read with GET'],
  413: ['body_too_large', 'the console takes no body'],
  415: ['unsupported_media_type', 'the console takes no body'],
};

function describe(error: unknown): ErrorDescription {
  if (error instanceof GatewayError) return error.describe();
  const status = statusOf(error);
  const [code, message] = byStatus[status] ?? ['invalid_value', 'the request cannot be read'];
  if (status >= 400 && status < 500) return new GatewayError(code, message, { status }).describe();
  return new GatewayError('internal_error', 'the console failed; its log says why').describe();
}

/** Nest's own exceptions, and Fastify's errors. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  return isJsonObject(error) && typeof error['statusCode'] === 'number' ? error['statusCode'] : 500;
}
