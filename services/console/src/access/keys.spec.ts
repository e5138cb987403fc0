import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AGENT_KEY, OPERATOR_KEY, revision } from '../fleet/revision.fixture.js';
import { findKey } from './find-key.js';
import { presentedKey } from './presented-key.js';

describe('presentedKey', () => {
  it.each([
    [['Authorization', 'Bearer abc']],
    [['host', 'x', 'AUTHORIZATION', 'bearer   abc']],
    [['x-api-key', 'abc']],
    [['accept', 'authorization', 'X-Api-Key', 'abc']],
  ])('reads %j', (rawHeaders) => {
    expect(presentedKey(rawHeaders)).toBe('abc');
  });

  it.each([
    ['missing_key', []],
    ['missing_key', ['accept', 'authorization']],
    ['invalid_key', ['authorization', '']],
    ['invalid_key', ['authorization', 'Bearer ']],
    ['invalid_key', ['authorization', 'Basic abc']],
    ['invalid_key', ['authorization', 'Bearer a b']],
    ['invalid_key', ['x-api-key', '']],
    ['invalid_key', ['authorization', 'Bearer abc', 'authorization', 'Bearer abc']],
    ['invalid_key', ['authorization', 'Bearer abc', 'x-api-key', 'abc']],
  ])('refuses with %s: %j', (code, rawHeaders) => {
    expect(() => presentedKey(rawHeaders)).toThrow(expect.objectContaining({ code, status: 401 }));
  });
});

describe('findKey', () => {
  it('finds a key by all of it', () => {
    expect(findKey(revision.keys, OPERATOR_KEY)?.id).toBe('operator');
    expect(findKey(revision.keys, AGENT_KEY)?.id).toBe('agent');
  });

  it('finds nothing by a part, an extension, a hash or anything else', () => {
    const near = [
      OPERATOR_KEY.slice(0, -1),
      `${OPERATOR_KEY}x`,
      OPERATOR_KEY.toUpperCase(),
      revision.keys[0]?.sha256 ?? '',
    ];
    for (const key of near) expect(findKey(revision.keys, key)).toBeUndefined();
    fc.assert(fc.property(fc.string(), (key) => findKey(revision.keys, key) === undefined));
  });

  it('takes no key where a configured hash is broken', () => {
    const broken = revision.keys.map((key) => ({ ...key, sha256: '' }));
    expect(findKey(broken, '')).toBeUndefined();
  });
});
