import { describe, expect, it } from '@jest/globals';
import {
  admits,
  coldConcurrency,
  coldStart,
  noteLimited,
  noteStart,
  noteSuccess,
  type ColdStart,
} from './cold-start.js';

const round = (cold: ColdStart, now: number): ColdStart =>
  Array.from({ length: cold.allowed }).reduce<ColdStart>((next) => noteSuccess(next, now), cold);

describe('cold start', () => {
  it('admits eight before the first answer and twice as many after each round', () => {
    expect([admits(coldStart, coldConcurrency - 1, 0), admits(coldStart, coldConcurrency, 0)]).toEqual([true, false]);
    const warm = round(noteStart(coldStart, 0), 1000);
    expect(warm.allowed).toBe(16);
    expect(round(warm, 2000).allowed).toBe(32);
    expect(admits(warm, 15, 2000)).toBe(true);
  });

  it('starts anew after a minute without a call', () => {
    const warm = round(noteStart(coldStart, 0), 1000);
    expect(admits(warm, 12, 61_000)).toBe(true);
    expect(admits(warm, 12, 61_001)).toBe(false);
    expect(noteStart(warm, 70_000).allowed).toBe(coldConcurrency);
  });

  it('halves when the target had enough, and never stops', () => {
    let cold = noteStart(coldStart, 0);
    for (const expected of [4, 2, 1, 1]) expect((cold = noteLimited(cold, 1)).allowed).toBe(expected);
    expect(admits(cold, 0, 1)).toBe(true);
  });
});
