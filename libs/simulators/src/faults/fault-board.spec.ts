import { describe, expect, it } from '@jest/globals';
import type { Clock } from '#libs/kernel';
import { FaultBoard } from './fault-board.js';

const streamed = { channel: 'a', model: 'm', streamed: true };

function boardAt(start: number): { board: FaultBoard; pass: (ms: number) => void } {
  let now = start;
  const clock: Clock = { now: () => now, monotonic: () => now };
  return { board: new FaultBoard(clock, 1), pass: (ms) => (now += ms) };
}

function strikes(seed: number | undefined, percent: number): readonly boolean[] {
  const { board } = boardAt(0);
  board.set({ channel: 'a', kind: 'overloaded', percent, ...(seed === undefined ? {} : { seed }) });
  return Array.from({ length: 400 }, () => board.strike(streamed).faults.length > 0);
}

describe('FaultBoard', () => {
  it('strikes the share of calls that was asked for, the same ones for the same seed', () => {
    const share = strikes(7, 30).filter(Boolean).length / 400;
    expect(share).toBeGreaterThan(0.22);
    expect(share).toBeLessThan(0.38);
    expect(strikes(7, 30)).toEqual(strikes(7, 30));
    expect(strikes(7, 30)).not.toEqual(strikes(8, 30));
    expect(strikes(undefined, 30)).toEqual(strikes(1, 30));
    expect(strikes(1, 0)).not.toContain(true);
    expect(strikes(1, 100)).not.toContain(false);
  });

  it('ends a fault by itself', () => {
    const { board, pass } = boardAt(1000);
    expect(board.set({ channel: 'a', kind: 'hang', durationMs: 500 })).toMatchObject({ startedAt: 1000, endsAt: 1500 });
    pass(499);
    expect(board.strike(streamed).faults).toHaveLength(1);
    pass(1);
    expect(board.strike(streamed).faults).toEqual([]);
    expect(board.list()).toEqual([]);
  });

  it('keeps to channel, model and way of delivery', () => {
    const { board } = boardAt(0);
    board.set({ channel: 'a', model: 'm', kind: 'reset', stream: true });
    expect(board.strike(streamed).faults).toHaveLength(1);
    expect(board.strike({ ...streamed, channel: 'b' }).faults).toEqual([]);
    expect(board.strike({ ...streamed, model: 'other' }).faults).toEqual([]);
    expect(board.strike({ ...streamed, streamed: false }).faults).toEqual([]);
    expect(board.list()).toMatchObject([{ matched: 1, struck: 1 }]);
  });

  it('replaces a fault of the same id, and clears by channel or id', () => {
    const { board } = boardAt(0);
    board.set({ channel: 'a', kind: 'reset' });
    board.set({ channel: 'a', kind: 'reset', percent: 10 });
    board.set({ channel: '*', kind: 'hang', id: 'mine' });
    expect(board.list()).toMatchObject([{ id: 'a:reset', percent: 10 }, { id: 'mine' }]);
    expect(board.clear({ channel: 'a' })).toBe(1);
    expect(board.clear({ id: 'yours' })).toBe(0);
    expect(board.clear()).toBe(1);
  });
});
