import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isJsonObject, parseJson } from '#libs/kernel';

describe('parseJson', () => {
  it('gives back every value', () => {
    fc.assert(
      fc.property(fc.json(), (text) => expect(JSON.stringify(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)))),
    );
  });

  it('gives undefined for what is no JSON, and for nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        const parsed = parseJson(text);
        const parse = (): unknown => JSON.parse(text);
        if (parsed === undefined) expect(parse).toThrow(SyntaxError);
        else expect(parse).not.toThrow();
      }),
    );
    expect(['', '{', 'undefined', '{"a":1}x', "{'a':1}"].map(parseJson)).toEqual(Array.from({ length: 5 }));
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
