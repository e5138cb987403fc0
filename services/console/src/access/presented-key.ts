import { GatewayError } from '#libs/kernel';

/**
 * The one key that a request presents, as `Authorization: Bearer KEY` or `x-api-key: KEY`.
 * It reads the raw headers, where a header that was sent twice is still there twice.
 * @throws GatewayError `missing_key`, or `invalid_key` where it is malformed or there are two
 */
export function presentedKey(rawHeaders: readonly string[]): string {
  const [credential, second] = credentials(rawHeaders);
  if (credential === undefined) {
    throw new GatewayError('missing_key', 'send an operator key as "Authorization: Bearer KEY"', {
      field: 'authorization',
    });
  }
  const { name, value } = credential;
  const key = name === 'x-api-key' ? value : /^Bearer +(\S+)$/i.exec(value)?.[1];
  if (second !== undefined || !key) throw invalidKey();
  return key;
}

/** One answer for every key that does not fit: nothing is to be learned from how it was wrong. */
export function invalidKey(): GatewayError {
  return new GatewayError('invalid_key', 'the key is not valid; send one operator key as "Authorization: Bearer KEY"', {
    field: 'authorization',
  });
}

function credentials(rawHeaders: readonly string[]): readonly { readonly name: string; readonly value: string }[] {
  return rawHeaders.flatMap((header, at) => {
    const name = header.toLowerCase();
    const isCredential = at % 2 === 0 && (name === 'authorization' || name === 'x-api-key');
    return isCredential ? [{ name, value: rawHeaders[at + 1] ?? '' }] : [];
  });
}
