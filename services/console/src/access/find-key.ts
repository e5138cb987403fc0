import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '#libs/contracts';

/** The key whose hash this key has. The time it takes tells nothing of how near a wrong one came. */
export function findKey(keys: readonly ApiKey[], presented: string): ApiKey | undefined {
  const hash = createHash('sha256').update(presented).digest();
  let found: ApiKey | undefined;
  for (const key of keys) {
    const known = Buffer.from(key.sha256, 'hex');
    if (known.length === hash.length && timingSafeEqual(known, hash)) found = key;
  }
  return found;
}
