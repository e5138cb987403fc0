import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

export type FirstKey =
  | { readonly kind: 'made'; readonly key: string }
  | { readonly kind: 'given' }
  /** Made or given at an earlier start; only its hash is left. */
  | { readonly kind: 'known' };

const sha256 = (text: string): Buffer => createHash('sha256').update(text).digest();

/** `bw_`, 256 random bits, and six characters of checksum by which a mistyped or cut key can be told from a wrong one. */
export function makeKey(secret: Buffer = randomBytes(32)): string {
  const body = secret.toString('base64url');
  return `bw_${body}${sha256(body).toString('base64url').slice(0, 6)}`;
}

export function keyConfiguration(key: string): string {
  const first = {
    id: 'first',
    sha256: sha256(key).toString('hex'),
    tenant: 'default',
    team: 'default',
    agent: 'default',
    routes: ['*'],
    operator: true,
  };
  return `# The first key: its hash only. To rotate it, start with another BREAKWATER_API_KEY, or delete this file.\n${stringify({ keys: [first] })}`;
}

/** Makes sure that the configuration file with the first key is there, and says where the key came from. */
export async function provideFirstKey(
  stateDirectory: string,
  given: string | undefined,
): Promise<{ readonly file: string; readonly key: FirstKey }> {
  const file = join(stateDirectory, 'keys.yaml');
  if (given === undefined && existsSync(file)) return { file, key: { kind: 'known' } };
  const key = given ?? makeKey();
  // Renamed into place: a start that is cut short must not leave half a file behind for the next.
  await writeFile(`${file}.new`, keyConfiguration(key), { mode: 0o600 });
  await rename(`${file}.new`, file);
  return { file, key: given === undefined ? { kind: 'made', key } : { kind: 'given' } };
}
