import type { IncomingHttpHeaders } from 'node:http';
import type { CallRecord } from './call-entry.js';
import { credentialDigest } from './credential.js';

/** Bodies in base64, so that every byte survives; credentials only as a digest, to be told apart but not used. */
export function callJson(call: CallRecord, bodies: boolean): unknown {
  const { request, response } = call;
  const side = (bytes: Buffer): object => ({
    bytes: bytes.length,
    ...(bodies ? { bodyBase64: bytes.toString('base64') } : {}),
  });
  return {
    ...call,
    request: { method: request.method, url: request.url, headers: redacted(request.headers), ...side(request.body) },
    response: { status: response.status, headers: response.headers, ...side(response.body) },
  };
}

function redacted(headers: IncomingHttpHeaders): Readonly<Record<string, unknown>> {
  const entries = Object.entries(headers).map(([name, value]) => {
    const secret = ['authorization', 'x-api-key'].includes(name) ? String(value) : undefined;
    return [name, secret === undefined ? value : credentialDigest(secret)] as const;
  });
  return Object.fromEntries(entries);
}
