import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { makeKey, provideFirstKey } from './first-key.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('makeKey', () => {
  it('makes another key each time, safe in a header, a shell and a URL', () => {
    const keys = Array.from({ length: 100 }, () => makeKey());
    expect(new Set(keys).size).toBe(100);
    expect(keys.every((key) => /^bw_[\w-]{49}$/.test(key))).toBe(true);
  });

  it('ends in a checksum of the rest', () => {
    expect(makeKey(Buffer.alloc(32, 1))).toBe(makeKey(Buffer.alloc(32, 1)));
    expect(makeKey(Buffer.alloc(32, 1)).slice(-6)).not.toBe(makeKey(Buffer.alloc(32, 2)).slice(-6));
  });
});

describe('provideFirstKey', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'breakwater-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('makes a key at the first start, keeps its hash alone, and knows it at the next', async () => {
    const { file, key } = await provideFirstKey(folder, undefined);
    if (key.kind !== 'made') throw new Error(`expected a new key, not one that is ${key.kind}`);
    const text = await readFile(file, 'utf8');
    expect(text).not.toContain(key.key);
    expect(parse(text)).toEqual({
      keys: [
        {
          id: 'first',
          sha256: sha256(key.key),
          tenant: 'default',
          team: 'default',
          agent: 'default',
          routes: ['*'],
          operator: true,
        },
      ],
    });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await provideFirstKey(folder, undefined)).key).toEqual({ kind: 'known' });
    expect(await readFile(file, 'utf8')).toBe(text);
  });

  it('replaces the key by one that is given', async () => {
    await provideFirstKey(folder, undefined);
    const { file, key } = await provideFirstKey(folder, 'chosen-by-me');
    expect(key).toEqual({ kind: 'given' });
    expect(await readFile(file, 'utf8')).toContain(sha256('chosen-by-me'));
  });
});
