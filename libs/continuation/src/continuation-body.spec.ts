import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FieldSpans } from '#libs/contracts';
import { isJsonObject } from '#libs/kernel';
import type { CallBody } from '#libs/providers';
import { continuationBody } from './continuation-body.js';

/** A body of the given fields, each on a line of its own. */
function bodyOf(values: object): CallBody {
  const fields: Record<string, readonly [number, number]> = {};
  let text = '{';
  for (const [name, value] of Object.entries(values)) {
    text += `\n  ${JSON.stringify(name)}: `;
    const start = Buffer.byteLength(text);
    text += JSON.stringify(value, null, 1);
    fields[name] = [start, Buffer.byteLength(text)];
    text += ' ,';
  }
  return { bytes: Buffer.from(`${text.slice(0, -1)}\n}`), fields, stream: true, forward: {} };
}

/** The body's values by its own spans, which must agree with the body as a whole. */
function valuesOf({ bytes, fields }: CallBody): unknown {
  const text = (span: FieldSpans[string]): string =>
    Buffer.from(bytes)
      .subarray(...span)
      .toString();
  const values = Object.fromEntries(Object.entries(fields).map(([name, span]) => [name, JSON.parse(text(span))]));
  expect(JSON.parse(Buffer.from(bytes).toString())).toEqual(values);
  return values;
}

const user = { role: 'user', content: 'Say "]}, {" \\' };

describe('the request for the rest of an answer', () => {
  it('ends with what was delivered, less the white space at its end, and asks for less', () => {
    const body = bodyOf({ max_tokens: 100, messages: [user, user], model: 'm', max_completion_tokens: 3, é: '€' });
    expect(valuesOf(continuationBody('openai-chat', body, 'The "quick" brown\n\n'))).toEqual({
      max_tokens: 95,
      messages: [user, user, { role: 'assistant', content: 'The "quick" brown' }],
      model: 'm',
      max_completion_tokens: 1,
      é: '€',
    });
  });

  it('leaves all else as it stands', () => {
    const body = bodyOf({ messages: [user], model: 'm' });
    const before = Buffer.from(body.bytes).toString();
    const after = Buffer.from(continuationBody('anthropic-messages', body, 'Hi').bytes).toString();
    expect(after).toBe(before.replace('\n] ,', '\n,{"role":"assistant","content":"Hi"}] ,'));
  });

  it.each([
    ['a string', 'Once', 'Once upon'],
    [
      'parts',
      [
        { type: 'text', text: 'A' },
        { type: 'text', text: 'Once' },
      ],
      [
        { type: 'text', text: 'A' },
        { type: 'text', text: 'Once upon' },
      ],
    ],
  ])('grows the beginning that the caller had written itself: %s', (_name, content, grown) => {
    const body = bodyOf({ messages: [user, { role: 'assistant', content }], max_tokens: null });
    expect(valuesOf(continuationBody('anthropic-messages', body, ' upon '))).toEqual({
      messages: [user, { role: 'assistant', content: grown }],
      max_tokens: null,
    });
  });

  it('is the request itself where nothing was said', () => {
    const body = bodyOf({ messages: [user], max_tokens: 5 });
    expect(continuationBody('anthropic-messages', body, ' \n')).toBe(body);
  });

  it("is the caller's conversation with one message more, whatever is in it", () => {
    const message = fc.record({ role: fc.constantFrom('user', 'system'), content: fc.jsonValue() });
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 4 }),
        fc.string({ unit: 'grapheme' }),
        (messages, said) => {
          fc.pre(said.trimEnd() !== '');
          const values = valuesOf(continuationBody('openai-chat', bodyOf({ a: 1, messages, z: [] }), said));
          const expected: unknown = JSON.parse(
            JSON.stringify([...messages, { role: 'assistant', content: said.trimEnd() }]),
          );
          expect(isJsonObject(values) ? values['messages'] : undefined).toEqual(expected);
        },
      ),
    );
  });
});
