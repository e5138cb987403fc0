import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PlainText } from './plain-text.js';

const isSpecial = (byte: number): boolean => byte < 0x20 || byte === 0x22 || byte === 0x5c;

/** Bytes that are likely to be, or to be next to, one that ends plain text. */
const byte = fc.oneof(fc.nat(255), fc.constantFrom(0x1f, 0x20, 0x21, 0x22, 0x23, 0x5b, 0x5c, 0x5d, 0x7f, 0x80, 0xff));
const text = fc.oneof(
  fc.array(byte, { maxLength: 40 }),
  fc
    .tuple(fc.nat(40), fc.array(byte, { maxLength: 4 }))
    .map(([plain, rest]) => [...new Uint8Array(plain).fill(0x61), ...rest]),
);

describe('plain text', () => {
  it('is passed over up to a byte that ends it, wherever in memory it stands', () => {
    fc.assert(
      fc.property(text, fc.nat(9), fc.nat(40), (content, offset, from) => {
        const bytes = new Uint8Array([...new Uint8Array(offset).fill(0x22), ...content]).subarray(offset);
        const start = Math.min(from, bytes.length);
        const end = new PlainText(bytes).skip(start);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(bytes.length);
        expect([...bytes.subarray(start, end)].some(isSpecial)).toBe(false);
      }),
    );
  });

  it('is passed over as far as it goes', () => {
    const bytes = Buffer.alloc(4000, 'plain');
    bytes[3001] = 0x22;
    expect(new PlainText(bytes).skip(0)).toBeGreaterThan(2990);
  });
});
