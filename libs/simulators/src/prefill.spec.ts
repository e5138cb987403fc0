import { describe, expect, it } from '@jest/globals';
import { continuationOf } from './prefill.js';

describe('continuationOf', () => {
  it.each([
    ['one two', 'one', ' two'],
    ['one two', 'one two', ''],
    ['one two', 'one three', 'wo'],
    ['one two', 'Sure: ', 'one two'],
    ['a😀b', 'a😃', '😀b'],
  ])('goes on with "%s" after "%s"', (text, prefill, rest) => {
    expect(continuationOf(text, prefill)).toBe(rest);
  });
});
