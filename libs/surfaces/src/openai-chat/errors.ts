import type { ErrorDescription } from '#libs/kernel';

/** As OpenAI names them; its SDKs choose the error class by status. */
const TYPE_OF_STATUS: { readonly [status: number]: string } = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
};

const encoder = new TextEncoder();
const [PREFIX, BLANK_LINE] = [encoder.encode('data: '), encoder.encode('\n\n')];

export function renderError(error: ErrorDescription): Uint8Array {
  return encoder.encode(JSON.stringify(errorBody(error)));
}

export function renderStreamError(error: ErrorDescription): Uint8Array {
  return errorEvent(renderError(error));
}

export function errorEvent(body: Uint8Array): Uint8Array {
  return Buffer.concat([PREFIX, body, BLANK_LINE]);
}

function errorBody({ code, field, message, status }: ErrorDescription) {
  const type = TYPE_OF_STATUS[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error');
  return { error: { message, type, param: field ?? null, code } };
}
