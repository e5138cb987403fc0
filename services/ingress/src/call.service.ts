import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Plan, RequestFacts, RunRequest, Surface } from '#libs/contracts';
import { GatewayError, systemClock } from '#libs/kernel';
import { surfaces } from '#libs/surfaces';
import { breakwater, genAi, startSpan } from '#libs/telemetry';
import { AdmissionControl } from './admission-control.js';
import type { Arrival } from './arrival.js';
import { CallHandover } from './call-handover.js';
import { readRequest } from './domain/read-request.js';
import { sessionOf } from './domain/session.js';
import { PolicyClient } from './policy-client.js';

/** Carries one request from the door to a dispatcher: read, admitted, decided, handed over. */
@Injectable()
export class CallService {
  constructor(
    private readonly policy: PolicyClient,
    private readonly admission: AdmissionControl,
    private readonly handover: CallHandover,
  ) {}

  async handle(surface: Surface, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const body = bodyOf(request);
    const release = this.admission.admit(body.byteLength);
    let handed = false;
    try {
      const arrival = this.arrive(surface, request, body);
      const plan = await this.decide(arrival);
      reply.hijack();
      handed = true;
      const session = plan.conduct.sticky ? { session: sessionFor(request, arrival, body) } : {};
      const decided = { arrival, plan, body, forward: forwarded(surface, request), ...session };
      this.handover.start(decided, reply.raw, release);
      return reply;
    } finally {
      if (!handed) release();
    }
  }

  private arrive(surface: Surface, request: FastifyRequest, body: Uint8Array): Arrival {
    const { requestId, caller } = request;
    if (!caller) throw new GatewayError('missing_key', 'no API key');
    const read = readRequest(body, surface, request.revision?.extraParameters ?? []);
    request.route = read.route;
    const { traceparent } = request.headers;
    const span = startSpan(`POST ${surfaces[surface].path}`, {
      kind: 'server',
      parent: typeof traceparent === 'string' ? traceparent : undefined,
      attributes: {
        [genAi.httpMethod]: 'POST',
        [genAi.httpRoute]: surfaces[surface].path,
        [breakwater.requestId]: requestId,
        [breakwater.route]: read.route,
        [genAi.requestStream]: read.stream,
      },
    });
    const now = { startedAt: systemClock.now(), startedMonotonic: systemClock.monotonic() };
    return { requestId, surface, principal: caller.principal, read, span, ...now };
  }

  private async decide(arrival: Arrival): Promise<Plan> {
    try {
      const decision = await this.policy.decide(factsOf(arrival));
      if ('plan' in decision) return decision.plan;
      throw GatewayError.from(decision.refusal);
    } catch (error) {
      arrival.span.fail(error instanceof GatewayError ? error.code : 'internal_error');
      arrival.span.end();
      throw error;
    }
  }
}

function bodyOf(request: FastifyRequest): Uint8Array {
  const { 'content-encoding': encoding = 'identity' } = request.headers;
  if (encoding !== 'identity')
    throw new GatewayError('unsupported_media_type', 'the body is compressed; send it without content-encoding');
  if (request.body instanceof Uint8Array) return request.body;
  throw new GatewayError('invalid_json', 'the body is empty; send a JSON object');
}

function sessionFor(request: FastifyRequest, { read, principal }: Arrival, body: Uint8Array): string {
  const { 'x-breakwater-session': named } = request.headers;
  const header = typeof named === 'string' ? named : undefined;
  return sessionOf({ header, body, fields: read.fields, key: principal.key });
}

function factsOf({ requestId, surface, principal, read, span }: Arrival): RequestFacts {
  const { route, stream, estimatedInputTokens, maxOutputTokens, needs } = read;
  const { traceparent } = span;
  return {
    requestId,
    surface,
    route,
    principal,
    stream,
    estimatedInputTokens,
    maxOutputTokens,
    needs,
    ...(traceparent === undefined ? {} : { traceparent }),
  };
}

function forwarded(surface: Surface, request: FastifyRequest): RunRequest['forward'] {
  const named = surfaces[surface].forwardedHeaders.map((name) => [name, request.headers[name]] as const);
  return Object.fromEntries(named.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
}
