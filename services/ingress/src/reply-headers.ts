import type { Surface } from '#libs/contracts';
import type { GatewayError } from '#libs/kernel';
import { surfaces } from '#libs/surfaces';

/** The headers that say how a request was decided, for one that never came to an attempt. */
export function undecidedHeaders(requestId: string, revision: number, route = 'none'): Record<string, string> {
  return {
    'x-breakwater-request-id': requestId,
    'x-breakwater-route': route,
    'x-breakwater-revision': String(revision),
    'x-breakwater-attempts': '0',
    'x-breakwater-model': 'none',
    'x-breakwater-version': 'none',
    'x-breakwater-channel': 'none',
    'x-breakwater-substitution': 'none',
    'x-breakwater-substitution-reason': 'none',
  };
}

export function errorHeaders(error: GatewayError, surface: Surface, requestId: string): Record<string, string> {
  const { retryAfterMs } = error;
  return {
    'content-type': 'application/json',
    [surfaces[surface].requestIdHeader]: requestId,
    ...(retryAfterMs === undefined ? {} : { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }),
  };
}

/** How a request was decided, for a caller who was given its head too early: a comment, which SDKs pass over. */
export function decisionComment(headers: { readonly [header: string]: string }): Uint8Array {
  const decided = Object.entries(headers).filter(
    ([name]) => name.startsWith('x-breakwater-') || name === 'retry-after',
  );
  return Buffer.from(`: breakwater ${JSON.stringify(Object.fromEntries(decided))}\n\n`);
}
