import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TextShape } from './text-shape.js';

const content = (text: string, more: object = {}): object => ({
  id: 'x',
  model: 'm',
  delta: { text, ...more },
  done: null,
});
const event = (text: string, more?: object): string => JSON.stringify(content(text, more));

function learned(json: string): TextShape {
  const shape = new TextShape(/"text":"/);
  shape.learn(json);
  return shape;
}

describe('the shape of a text', () => {
  it.each(['b', 'two words', 'Grüße', 'a line\nand a "quote" \\ more', 'x'.repeat(5000)])('fits with %j', (text) => {
    expect(learned(event('a')).fits(event(text))).toBe(Buffer.byteLength(JSON.stringify(text)) - 2);
    expect(learned(event(text)).fits(event('a'))).toBe(1);
  });

  it.each([
    ['an empty text', event('')],
    ['another field', event('b', { stop: true })],
    ['a different value', event('b').replace('null', '"stop"')],
    ['a text that ends early', event('b').replace('"b"', '"b","stop":"c"')],
    ['a text that does not end', event('b').replace('b"', String.raw`b\"`)],
    ['half an event', event('b').slice(0, -1)],
    ['a control character', event('b').replace('"b"', '"\n"')],
    ['an unknown escape', event('b').replace('"b"', String.raw`"\x"`)],
    ['a very long text', event('b'.repeat(20_000))],
  ])('does not fit with %s', (_what, json) => {
    expect(learned(event('a')).fits(json)).toBe(0);
  });

  it('fits with nothing while it knows nothing', () => {
    expect(new TextShape(/"text":"/).fits(event('a'))).toBe(0);
    expect(learned('{"other":"a"}').fits('{"other":"a"}')).toBe(0);
    expect(learned(event('')).fits(event(''))).toBe(0);
  });

  it('fits with nothing but JSON that says the same around another text', () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom('"', '\\', '\\"', '\n', ',"stop":1', '"text":"', '}', ''));
    const raw = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(raw, raw, (first, second) => {
        const [known, given] = [event(first), event('TEXT').replace('TEXT', () => second)];
        if (!learned(known).fits(given)) return;
        const told: unknown = JSON.parse(given);
        expect(told).toEqual({ ...content('anything'), delta: { text: expect.stringMatching(/[^]/) } });
      }),
    );
  });
});
