import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A call's key as a digest: to tell keys apart without being able to use one. */
export function credentialOf(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['x-api-key'] ?? headers.authorization;
  return key === undefined ? undefined : credentialDigest(String(key));
}

/** Digests a key, with or without its `Bearer `; a digest stays what it is. */
export function credentialDigest(key: string): string {
  if (/^sha256:[0-9a-f]{12}$/.test(key)) return key;
  const secret = key.replace(/^Bearer\s+/i, '');
  return `sha256:${createHash('sha256').update(secret).digest('hex').slice(0, 12)}`;
}
