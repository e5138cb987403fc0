import { describe, expect, it } from '@jest/globals';
import { schemaInstance } from './schema-instance.js';

describe('schemaInstance', () => {
  it.each([
    [
      { type: 'object', properties: { a: { type: 'string' }, b: { type: 'string' } }, required: ['a'] },
      { a: 'example' },
    ],
    [{ properties: { a: { const: 4 } }, required: ['a'] }, { a: 4 }],
    [{ type: 'array', items: { type: 'boolean' }, minItems: 2 }, [false, false]],
    [{ type: 'array', items: { type: 'boolean' } }, []],
    [{ type: ['null', 'integer'], exclusiveMinimum: 3 }, 4],
    [{ type: 'number', maximum: -2 }, -2],
    [{ type: 'string', minLength: 10 }, 'examplexxx'],
    [{ type: 'string', maxLength: 2 }, 'ex'],
    [{ type: 'string', format: 'date' }, '2025-01-01'],
    [{ enum: ['x', 'y'] }, 'x'],
    [{ anyOf: [{ type: 'integer', minimum: 5 }, { type: 'string' }] }, 5],
    [{ allOf: [{ properties: { a: { type: 'null' } }, required: ['a'] }, { type: 'object' }] }, { a: null }],
    [
      { type: 'object', properties: { a: { $ref: '#/$defs/n' } }, required: ['a'], $defs: { n: { type: 'integer' } } },
      { a: 0 },
    ],
    [{}, null],
  ])('makes the smallest instance of %j', (schema, instance) => {
    expect(schemaInstance(schema)).toEqual(instance);
  });

  it('gives up on a schema that requires itself', () => {
    const endless = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] };
    expect(JSON.stringify(schemaInstance(endless))).toContain('null');
  });
});
