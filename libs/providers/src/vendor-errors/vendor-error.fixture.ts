import type { Family, FaultClass, LimitKind } from '#libs/contracts';

/** An error as a vendor sent it, ids shortened, and what it means. */
export interface VendorError {
  readonly of: string;
  readonly family: Family;
  readonly status: number;
  readonly body: unknown;
  readonly headers?: { readonly [name: string]: string };
  readonly fault: FaultClass;
  readonly limit?: LimitKind;
  readonly retryAfterMs?: number;
}

type Meaning = Pick<VendorError, 'fault' | 'limit' | 'retryAfterMs'>;

export function openAi(of: string, status: number, error: unknown, meaning: Meaning): VendorError {
  return { of, family: 'openai', status, body: { error }, ...meaning };
}

export function root(of: string, status: number, body: unknown, meaning: Meaning): VendorError {
  return { of, family: 'openai', status, body, ...meaning };
}

export function anthropic(of: string, status: number, error: object, meaning: Meaning): VendorError {
  return { of, family: 'anthropic', status, body: { type: 'error', error, request_id: 'req_011' }, ...meaning };
}

/** One of the details of Google's errors. */
export const google = (detail: string, more: object) => ({
  '@type': `type.googleapis.com/google.rpc.${detail}`,
  ...more,
});
