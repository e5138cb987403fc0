import { describe, expect, it } from '@jest/globals';
import { Seam } from './seam.js';

const joined = (delivered: string, pieces: readonly string[]): string => {
  const seam = new Seam(delivered);
  return delivered + pieces.map((piece) => seam.push(piece)).join('') + seam.end();
};
const long = Array.from({ length: 3000 }, (_, n) => `word${n}`).join(' ');

describe('the seam between what was delivered and what follows', () => {
  it.each([
    ['goes on', 'The quick', [' brown', ' fox'], 'The quick brown fox'],
    ['goes on within a word', 'The qui', ['ck brown'], 'The quick brown'],
    ['gives the space again that it was not shown', 'The quick ', [' brown'], 'The quick brown'],
    ['gives less of that space', 'One.\n\n', ['\n', 'Two.'], 'One.\n\nTwo.'],
    ['gives more of that space', 'One.\n', ['\n', '\n', 'Two.'], 'One.\n\nTwo.'],
    ['gives none of that space', 'One.\n\n', ['Two.'], 'One.\n\nTwo.'],
    ['says nothing', 'The quick ', [], 'The quick '],
    ['repeats the last words', 'See the quick brown', ['quick', ' brown', ' fox'], 'See the quick brown fox'],
    [
      'repeats the last words after a space',
      'See the quick brown',
      [' quick', ' brown fox'],
      'See the quick brown fox',
    ],
    ['repeats them and ends', 'See the quick brown', ['the quick brown'], 'See the quick brown'],
    ['begins to repeat them and ends', 'See the quick brown', ['the quick'], 'See the quick brownthe quick'],
    ['begins again', 'The', ['The quick'], 'The quick'],
    ['begins again and goes on after other space', 'The quick\n\n', ['The quick', '\n\n', 'fox'], 'The quick\n\nfox'],
    ['begins a long answer again', long, [long.slice(0, 9000), `${long.slice(9000)} end`], `${long} end`],
    [
      'repeats Chinese words',
      '今天的天气非常好我们一起去公园',
      ['天气非常好我们一起去公园散步'],
      '今天的天气非常好我们一起去公园散步',
    ],
  ])('holds where the target %s', (_name, delivered, pieces, expected) => {
    expect(joined(delivered, pieces)).toBe(expected);
  });

  it.each([
    ['digits', 'It is 1000', ['000 items'], 'It is 1000000 items'],
    ['brackets', '{"a":{"b":{}', ['}}'], '{"a":{"b":{}}}'],
    [
      'a list of zeros',
      '[0, 0, 0, 0, 0, 0, 0,',
      [' 0, 0, 0, 0, 0, 0, 0]'],
      '[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]',
    ],
    [
      'a value in a list',
      '[\n            null,',
      ['\n            null,', '\n]'],
      '[\n            null,\n            null,\n]',
    ],
    ['words over and over', 'ha ha ha ha ha ha ', [' ha ha ha ha ha ha!'], 'ha ha ha ha ha ha ha ha ha ha ha ha!'],
    ['a short word', 'no, no', [', no, never'], 'no, no, no, never'],
  ])('takes for new what may well be meant: %s', (_name, delivered, pieces, expected) => {
    expect(joined(delivered, pieces)).toBe(expected);
  });

  it('gives nothing of another answer, and says so', () => {
    for (const pieces of [[`${long.slice(0, 500)} but then something else`], [long.slice(0, 500)]]) {
      const seam = new Seam(long);
      expect(pieces.map((piece) => seam.push(piece)).join('') + seam.end()).toBe('');
      expect(seam.restarted).toBe(true);
    }
  });

  it('holds no more than it must', () => {
    const seam = new Seam('The quick brown fox jumps');
    expect(seam.push(' over')).toBe(' over');
    expect(seam.push(' the quick brown fox jumps')).toBe(' the quick brown fox jumps');
  });
});
