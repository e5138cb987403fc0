import type { ErrorDescription } from '#libs/kernel';

const TYPE_OF_STATUS: { readonly [status: number]: string } = {
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

/** Anthropic's own words for it: on them the SDK's tool runner goes on by itself without a thread. */
const NOT_THREADED = { error_code: 'thread_unsupported_request', unsupported: ['thread'] };

const encoder = new TextEncoder();
const [PREFIX, BLANK_LINE] = [encoder.encode('event: error\ndata: '), encoder.encode('\n\n')];

export function renderError(error: ErrorDescription, requestId: string): Uint8Array {
  return encoder.encode(JSON.stringify(errorBody(error, requestId)));
}

export function renderStreamError(error: ErrorDescription, requestId: string): Uint8Array {
  return errorEvent(renderError(error, requestId));
}

export function errorEvent(body: Uint8Array): Uint8Array {
  return Buffer.concat([PREFIX, body, BLANK_LINE]);
}

/** The SDK takes its `errorCode` from `details`; `code` and `field` are for those who read the body themselves. */
function errorBody({ code, field, message, status }: ErrorDescription, requestId: string) {
  const type = TYPE_OF_STATUS[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error');
  const details = field === 'thread' && code === 'unsupported_parameter' ? NOT_THREADED : { error_code: code };
  const extra = { code, ...(field === undefined ? {} : { field }), details };
  return { type: 'error', error: { type, message, ...extra }, request_id: requestId };
}
