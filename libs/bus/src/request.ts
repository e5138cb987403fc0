import { RequestError, TimeoutError, type Msg, type Subscription } from '@nats-io/transport-node';
import { GatewayError, isJsonObject, type ErrorDescription } from '#libs/kernel';
import type { Bus } from './connection.js';
import { decodeJson, encodeJson } from './json.js';
import { publish } from './publish.js';
import { subscribe } from './subscribe.js';

/**
 * Asks whoever serves a subject and waits for the answer.
 * @throws GatewayError the answerer's own, or `not_ready` when nobody answers in time.
 */
export async function ask<Answer>(bus: Bus, subject: string, request: unknown, timeoutMs: number): Promise<Answer> {
  const reply = await exchange(bus, subject, encodeJson(request), timeoutMs);
  const message = decodeJson<{ ok: Answer; error?: ErrorDescription }>(reply);
  if (message.error) throw GatewayError.from(message.error);
  return message.ok;
}

async function exchange(bus: Bus, subject: string, payload: Uint8Array, timeoutMs: number): Promise<Uint8Array> {
  try {
    return (await bus.nats.request(subject, payload, { timeout: timeoutMs })).data;
  } catch (cause) {
    const nobody = cause instanceof RequestError && cause.isNoResponders();
    const late = cause instanceof TimeoutError || (cause instanceof Error && cause.cause instanceof TimeoutError);
    const why = nobody ? 'nobody serves it' : late ? `no answer within ${timeoutMs} ms` : 'the connection failed';
    throw new GatewayError('not_ready', `${subject}: ${why}`, { cause, retryAfterMs: 1000 });
  }
}

/** What is asked is of the contract's type; a handler that does not trust its askers takes `unknown`. */
export type Handler<Request = unknown> = (request: Request) => unknown;

/** Serves a subject within a queue group; a GatewayError thrown by the handler reaches the asker as such. */
export function answer<Request = unknown>(
  bus: Bus,
  subject: string,
  queue: string,
  handler: Handler<Request>,
): Subscription {
  // What cannot be sent even as an error has lost its connection: the asker's time-out says so.
  return subscribe(bus, subject, (message) => void reply(handler, message).catch(() => undefined), queue);
}

async function reply<Request>(handler: Handler<Request>, message: Msg): Promise<void> {
  try {
    message.respond(encodeJson({ ok: await handler(decodeJson(message.data)) }));
  } catch (cause) {
    const own = cause instanceof GatewayError;
    const error = own ? cause : new GatewayError('internal_error', 'the service failed to answer');
    message.respond(encodeJson({ error: error.describe() }));
  }
}

/** Fire and forget. */
export function tell(bus: Bus, subject: string, value: unknown): void {
  publish(bus, subject, encodeJson(value));
}

/** Hears what is told; not queued, so every listener hears it. */
export function listen<Message>(bus: Bus, subject: string, handler: (message: Message) => void): Subscription {
  return subscribe(bus, subject, ({ data }) => {
    const value = decodeJson<Message>(data);
    if (isJsonObject(value) || Array.isArray(value)) handler(value);
  });
}
