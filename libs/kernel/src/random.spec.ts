import { describe, expect, it } from '@jest/globals';
import { seededRandom } from '#libs/kernel';

describe('seededRandom', () => {
  it('gives the same sequence for the same seed and another for another', () => {
    const draw = (seed: number): number[] => {
      const random = seededRandom(seed);
      return Array.from({ length: 20 }, () => random());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7).every((value) => value >= 0 && value < 1)).toBe(true);
  });
});
