import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GatewayError } from '#libs/kernel';
import { MAX_DEPTH, scanBody } from './scan-body.js';

const scan = (text: string): ReturnType<typeof scanBody> => scanBody(Buffer.from(text));

function codeOf(text: string | Buffer): string | undefined {
  try {
    scanBody(Buffer.from(text));
    return undefined;
  } catch (error) {
    return error instanceof GatewayError ? error.code : String(error);
  }
}

describe('scanBody', () => {
  it('finds where each top-level value stands', () => {
    const text = ' {"model" : "gpt-5", "stream":true,"messages":[{"model":"x"}], "n":-1.5e+3,"stop":null}\n';
    const { fields } = scan(text);
    const shown = [...fields].map(([name, { start, end, kind }]) => [name, text.slice(start, end), kind]);
    expect(shown).toEqual([
      ['model', '"gpt-5"', 'string'],
      ['stream', 'true', 'boolean'],
      ['messages', '[{"model":"x"}]', 'array'],
      ['n', '-1.5e+3', 'number'],
      ['stop', 'null', 'null'],
    ]);
  });

  it('decodes keys, so that an escaped one cannot hide', () => {
    expect([...scan('{"mod\\u0065l":"a"}').fields.keys()]).toEqual(['model']);
    expect(codeOf('{"model":"a","mod\\u0065l":"b"}')).toBe('duplicate_field');
  });

  it('sees images at any depth, and not in text', () => {
    expect(scan('{"messages":[{"content":[{"type":"image_url","image_url":{}}]}]}').images).toBe(true);
    expect(scan('{"messages":[{"content":"\\"type\\":\\"image_url\\""}]}').images).toBe(false);
  });

  it.each([
    ['', 'invalid_json'],
    ['   ', 'invalid_json'],
    ['[]', 'invalid_type'],
    ['"text"', 'invalid_type'],
    ['{', 'invalid_json'],
    ['{"a":}', 'invalid_json'],
    ['{"a":1,}', 'invalid_json'],
    ['{a:1}', 'invalid_json'],
    ["{'a':1}", 'invalid_json'],
    ['{"a":01}', 'invalid_json'],
    ['{"a":NaN}', 'invalid_json'],
    ['{"a":tru}', 'invalid_json'],
    ['{"a":"\n"}', 'invalid_json'],
    ['{"a":"\\x"}', 'invalid_json'],
    ['{"a":"\\u12"}', 'invalid_json'],
    ['{"a":1} {}', 'invalid_json'],
    ['\ufeff{"a":1}', 'invalid_json'],
    [`{"a":${'9'.repeat(1000)}}`, 'invalid_json'],
    ['{"a":1,"a":2}', 'duplicate_field'],
  ])('refuses %j as %s', (text, code) => {
    expect(codeOf(text)).toBe(code);
  });

  it('refuses what is not UTF-8', () => {
    expect(codeOf(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]))).toBe('invalid_json');
  });

  it(`allows ${MAX_DEPTH} levels and refuses one more, however deep it goes on`, () => {
    const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(codeOf(nested(MAX_DEPTH))).toBeUndefined();
    expect(codeOf(nested(MAX_DEPTH + 1))).toBe('nesting_too_deep');
    expect(codeOf(nested(1_000_000))).toBe('nesting_too_deep');
  });

  it('agrees with JSON.parse on any object, and its ranges parse to the same values', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 6 })),
        fc.boolean(),
        (value, pretty) => {
          const text = JSON.stringify(value, null, pretty ? 2 : 0);
          const bytes = Buffer.from(text);
          const { fields } = scanBody(bytes);
          const read = [...fields].map(([name, { start, end }]): [string, unknown] => [
            name,
            JSON.parse(bytes.toString('utf8', start, end)),
          ]);
          expect(Object.fromEntries(read)).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  it('agrees with JSON.parse on what is broken', () => {
    const piece = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      'a',
      '1',
      '-',
      '.',
      'e',
      'true',
      'null',
      ' ',
      '"k"',
      '\\u00e9',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = `{"k":${pieces.join('')}}`;
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        const code = codeOf(text);
        // A key that stands twice is refused before what follows it is read.
        if (code !== 'duplicate_field') expect(code === undefined).toBe(valid);
      }),
      { numRuns: 2000 },
    );
  });
});
