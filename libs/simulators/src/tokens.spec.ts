import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitTokens } from './tokens.js';

describe('splitTokens', () => {
  it('loses nothing, splits no character and makes no empty piece', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const pieces = splitTokens(text);
        expect(pieces.join('')).toBe(text);
        expect(pieces.every((piece) => piece.length > 0 && piece.isWellFormed())).toBe(true);
      }),
    );
  });
});
