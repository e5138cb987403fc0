import type { Socket } from 'node:net';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { GatewayError } from '#libs/kernel';
import { surfaces } from '#libs/surfaces';
import { newRequestId, sendError } from './reply-error.js';
import { errorHeaders, undecidedHeaders } from './reply-headers.js';

/** Answers a request whose address cannot even be read; no hook has seen it. */
export function answerBadUrl(_error: FastifyError, request: FastifyRequest, reply: FastifyReply): void {
  request.requestId = newRequestId();
  sendError(request, reply, new GatewayError('invalid_value', 'the address is not a valid URL; correct its encoding'));
}

/** Answers bytes that are no HTTP request, or none in time; which surface was meant nobody can say. */
export function answerBrokenRequest(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const refusal = refusalOf(error.code);
  const requestId = newRequestId();
  const body = surfaces['openai-chat'].renderError(refusal.describe(), requestId);
  const headers = {
    ...undecidedHeaders(requestId, 0),
    ...errorHeaders(refusal, 'openai-chat', requestId),
    'content-length': String(body.byteLength),
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  if (socket.writable)
    socket.write(`HTTP/1.1 ${refusal.status} Refused\r\n${lines.join('')}\r\n${Buffer.from(body).toString()}`);
  socket.destroySoon();
}

function refusalOf(code: string | undefined): GatewayError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new GatewayError('request_timeout', 'the request did not come in time; send it again, faster');
    case 'HPE_HEADER_OVERFLOW':
      return new GatewayError('invalid_value', 'the headers are too large; send less than 16 KB', { status: 431 });
    default:
      return new GatewayError('invalid_value', 'this is not a valid HTTP/1.1 request; correct what is sent');
  }
}
