import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { GatewayError } from '#libs/kernel';
import type { ParameterRule, SurfaceDefinition } from '#libs/surfaces';
import { surfaces } from '#libs/surfaces';
import { checkParameters, valueOf, type ReadableBody } from './check-parameters.js';
import { scanBody } from './scan-body.js';

const parameters: { readonly [name: string]: ParameterRule } = {
  model: { kinds: ['string'], required: true, nonEmpty: true },
  list: { kinds: ['array'], nonEmpty: true },
  count: { kinds: ['integer', 'null'], min: 1, max: 10 },
  share: { kinds: ['number'], min: 0 },
  flag: { kinds: ['boolean'] },
  either: { kinds: ['string', 'object'] },
  free: { kinds: ['any'] },
  kept: { kinds: ['object', 'null'], refused: 'send it whole' },
};
const surface: SurfaceDefinition = { ...surfaces['openai-chat'], parameters };

function bodyOf(text: string): ReadableBody {
  const bytes = Buffer.from(text);
  return { ...scanBody(bytes), bytes };
}

function refusal(text: string, extra: readonly string[] = []): GatewayError | undefined {
  try {
    checkParameters(bodyOf(text), surface, extra);
    return undefined;
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

describe('checkParameters', () => {
  it.each([
    ['{"model":"m"}'],
    ['{"model":"m","count":null}'],
    ['{"model":"m","count":10,"share":0,"flag":false,"list":[0]}'],
    ['{"model":"m","count":1.0}'],
    ['{"model":"m","count":1e1}'],
    ['{"model":"m","either":"x"}'],
    ['{"model":"m","either":{}}'],
    ['{"model":"m","free":null}'],
    ['{"model":" "}'],
    ['{"model":"m","kept":null}'],
  ])('takes %s', (text) => {
    expect(refusal(text)).toBeUndefined();
  });

  it.each([
    ['{}', 'missing_field', 'model', 'model is missing; it is required'],
    ['{"model":""}', 'invalid_value', 'model', 'model must not be empty'],
    ['{"model":"m","list":[ ]}', 'invalid_value', 'list', 'list must not be empty'],
    ['{"model":1}', 'invalid_type', 'model', 'model must be of type string, not number'],
    ['{"model":null}', 'invalid_type', 'model', 'model must be of type string, not null'],
    ['{"model":"m","count":"1"}', 'invalid_type', 'count', 'count must be of type integer, not string'],
    ['{"model":"m","count":1.5}', 'invalid_type', 'count', 'count must be of type integer, not number'],
    ['{"model":"m","count":0}', 'invalid_value', 'count', 'count must be at least 1 and at most 10'],
    ['{"model":"m","count":11}', 'invalid_value', 'count', 'count must be at least 1 and at most 10'],
    ['{"model":"m","share":-0.1}', 'invalid_value', 'share', 'share must be at least 0'],
    ['{"model":"m","share":1e999}', 'invalid_value', 'share', 'share must be at least 0'],
    ['{"model":"m","either":[]}', 'invalid_type', 'either', 'either must be of type string or object, not array'],
    ['{"model":"m","kept":{}}', 'unsupported_parameter', 'kept', 'the parameter kept is not supported; send it whole'],
  ])('refuses %s', (text, code, field, message) => {
    expect(refusal(text)).toMatchObject({ status: 400, code, field, message });
  });

  it.each(['unknown', 'constructor', '__proto__', 'toString', 'hasOwnProperty', 'MODEL', 'model '])(
    'refuses the unknown parameter %j and says what to do',
    (name) => {
      const text = `{"model":"m",${JSON.stringify(name)}:1}`;
      expect(refusal(text)).toMatchObject({ code: 'unsupported_parameter', field: name });
      expect(refusal(text)?.message).toContain('remove it (an operator can allow it in extraParameters)');
      expect(refusal(text, [name])).toBeUndefined();
    },
  );

  it('takes what an operator allows all the same', () => {
    expect(refusal('{"model":"m","kept":{}}', ['kept'])).toBeUndefined();
  });

  it('repeats no more than a little of a name', () => {
    const { message = '', field = '' } = refusal(`{"model":"m","${'n'.repeat(100_000)}":1}`) ?? {};
    expect([message.length < 200, field.length]).toEqual([true, 64]);
  });

  it('never lets an unknown parameter through, whatever its name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (name, value) => {
        fc.pre(!Object.hasOwn(parameters, name));
        const text = JSON.stringify({ model: 'm' }).replace(
          '}',
          () => `,${JSON.stringify(name)}:${JSON.stringify(value)}}`,
        );
        expect(refusal(text)?.code).toBe('unsupported_parameter');
      }),
    );
  });
});

describe('valueOf', () => {
  it('reads a value where it stands, escapes and all', () => {
    const body = bodyOf('{"model":"g\\u0070t \\ud83d\\ude42 ü","flag":true}');
    expect([valueOf(body, 'model'), valueOf(body, 'flag'), valueOf(body, 'none')]).toEqual([
      'gpt 🙂 ü',
      true,
      undefined,
    ]);
  });

  it('reads from a part of a larger buffer', () => {
    const whole = Buffer.from('xx{"model":"m"}xx');
    const bytes = whole.subarray(2, -2);
    expect(valueOf({ ...scanBody(bytes), bytes }, 'model')).toBe('m');
  });
});
