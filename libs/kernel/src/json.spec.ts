import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isJsonObject, parseJson } from '#libs/kernel';

describe('parseJson', () => {
  it('gives back every value', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => expect(parseJson(JSON.stringify(value))).toEqual(value)));
  });

  it('gives undefined for what is no JSON, and for nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const parsed = parseJson(text);
        if (parsed === undefined) expect(() => JSON.parse(text)).toThrow(SyntaxError);
        else expect(JSON.stringify(parsed)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
    expect(['', '{', 'undefined', '{"a":1}x', "{'a':1}"].map(parseJson)).toEqual(new Array(5).fill(undefined));
  });
});

describe('isJsonObject', () => {
  it.each([
    [{}, true],
    [{ a: undefined }, true],
    [[], false],
    [null, false],
    [undefined, false],
    ['{}', false],
    [0, false],
    [() => ({}), false],
  ] as const)('%p: %p', (value, expected) => expect(isJsonObject(value)).toBe(expected));
});
