import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isJsonObject, parseExact } from '#libs/kernel';

describe('exact JSON', () => {
  it.each([
    '{"id":1234567890123456789}',
    '[-9223372036854775808,18446744073709551615]',
    '{"a":{"b":[1e400,-1E+999]}}',
    '{"text":"1234567890123456789","n":9007199254740991}',
  ])('is printed as it was: %s', (text) => {
    expect(JSON.stringify(parseExact(text))).toBe(text);
  });

  it('is printed as it was, whatever integers it holds', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt()), (integers) => {
        const text = `[${integers.join(',')}]`;
        expect(JSON.stringify(parseExact(text))).toBe(text);
      }),
    );
  });

  it('is what any parser gives, where numbers hold it', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const parsed: unknown = JSON.parse(text);
        expect(JSON.stringify(parseExact(text))).toBe(JSON.stringify(parsed));
      }),
    );
  });

  it('has no number for an object', () => {
    expect(isJsonObject(parseExact('12345678901234567890'))).toBe(false);
  });

  it.each(['', '{', '{"a":01234567890123456789}', 'NaN'])('is none where it is no JSON: %j', (text) => {
    expect(parseExact(text)).toBeUndefined();
  });
});
