import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { editBody, readField } from './edit-body.js';
import { callBody } from './call-body.fixture.js';

const edited = (json: string, edits: Parameters<typeof editBody>[1]): string =>
  Buffer.concat(editBody(callBody(json), edits)).toString('utf8');

describe('editBody', () => {
  it.each([
    ['replaces', '{ "a" : 1 ,"b":[2]}', { a: '"x"' }, '{ "a" : "x" ,"b":[2]}'],
    ['inserts', '{"a":1}', { b: 'true', c: '{}' }, '{"a":1,"b":true,"c":{}}'],
    ['inserts into nothing', ' { } ', { b: '1' }, ' { "b":1} '],
    ['removes the first', '{"a":1, "b":2}', { a: undefined }, '{ "b":2}'],
    ['removes the middle', '{"a":1,"b":2,"c":3}', { b: undefined }, '{"a":1,"c":3}'],
    ['removes the last', '{"a":1 , "b":2 }', { b: undefined }, '{"a":1  }'],
    ['removes the last two', '{"a":1,"b":2,"c":3}', { b: undefined, c: undefined }, '{"a":1}'],
    ['removes all', '{"a":1,"b":2}', { a: undefined, b: undefined }, '{}'],
    ['removes all and inserts', '{"a":1,"b":2}', { a: undefined, b: undefined, c: '3' }, '{"c":3}'],
    ['removes what is not there', '{"a":1}', { b: undefined }, '{"a":1}'],
    ['changes nothing', '{"a":1}', {}, '{"a":1}'],
    ['removes names with escapes', String.raw`{"a":1,"q\"\\":2}`, { 'q"\\': undefined }, '{"a":1}'],
    ['keeps names of the prototype apart', '{"a":1}', { toString: '2' }, '{"a":1,"toString":2}'],
  ])('%s', (_name, json, edits, expected) => {
    expect(edited(json, edits)).toBe(expected);
  });

  it('does to the text what the same edits do to the object', () => {
    const names = fc.constantFrom('a', 'b', 'c', '"', '\\', '\\"', 'é');
    const object = fc.dictionary(names, fc.jsonValue(), { noNullPrototype: true });
    const edits = fc.dictionary(names, fc.option(fc.jsonValue(), { nil: undefined }), { noNullPrototype: true });
    fc.assert(
      fc.property(object, edits, fc.constantFrom(0, 1, '\r\n\t'), (before, changes, space) => {
        const texts = Object.fromEntries(
          Object.entries(changes).map(([name, value]) => [
            name,
            value === undefined ? undefined : JSON.stringify(value),
          ]),
        );
        const result: unknown = JSON.parse(edited(JSON.stringify(before, null, space), texts));
        expect(result).toEqual(JSON.parse(JSON.stringify({ ...before, ...changes })));
      }),
      { numRuns: 500 },
    );
  });

  it('does not copy what it leaves alone', () => {
    const body = callBody(`{"model":"m","messages":["${'x'.repeat(1000)}"]}`);
    const pieces = editBody(body, { model: '"n"' });
    expect(pieces.filter((piece) => piece.buffer === body.bytes.buffer).map((piece) => piece.length)).toEqual([
      9, 1017,
    ]);
  });
});

describe('readField', () => {
  it('parses one value, and gives undefined for a missing one', () => {
    const body = callBody('{"a": {"b":[1]} ,"c":"é"}');
    expect(readField(body, 'a')).toEqual({ b: [1] });
    expect(readField(body, 'c')).toBe('é');
    expect(readField(body, 'd')).toBeUndefined();
    expect(readField(body, 'toString')).toBeUndefined();
  });
});
