import { describe, expect, it } from '@jest/globals';
import type { Clock } from '#libs/kernel';
import { credentialDigest } from '../credential.js';
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

describe('FaultBoard, telling callers apart', () => {
  const from = (credential: string, opening: string) => ({ ...streamed, credential, opening });

  it('keeps to a key, given as itself or as its digest, and shows only the digest', () => {
    const { board } = boardAt(0);
    const credential = credentialDigest('sk-1');
    expect(board.set({ channel: 'a', kind: 'unauthorized', credential: 'sk-1' }).credential).toBe(credential);
    expect(board.strike({ ...streamed, credential }).faults).toHaveLength(1);
    expect(board.strike({ ...streamed, credential: credentialDigest('sk-2') }).faults).toEqual([]);
    expect(board.strike(streamed).faults).toEqual([]);
  });

  it('keeps to sizes of prompts', () => {
    const { board } = boardAt(0);
    board.set({ channel: 'a', kind: 'server-error', minPromptTokens: 10, maxPromptTokens: 20 });
    const struck = [9, 10, 20, 21].map((promptTokens) => board.strike({ ...streamed, promptTokens }).faults.length);
    expect(struck).toEqual([0, 1, 1, 0]);
  });

  it.each(['credential', 'prompt'] as const)('strikes the same callers every time, told apart by %s', (sticky) => {
    const { board } = boardAt(0);
    board.set({ channel: 'a', kind: 'wrong-script', percent: 20, seed: 3, sticky });
    const round = (): readonly boolean[] =>
      Array.from({ length: 500 }, (_, index) => board.strike(from(`k${index}`, `hi ${index}`)).faults.length > 0);
    const first = round();
    expect(first.filter(Boolean).length / 500).toBeGreaterThan(0.13);
    expect(first.filter(Boolean).length / 500).toBeLessThan(0.27);
    expect(round()).toEqual(first);
    expect(board.strike(streamed).faults).toEqual([]);
  });

  it('becomes another fault each time when it is a mixture, the same ones for the same seed', () => {
    const kinds = (seed: number): readonly (string | undefined)[] => {
      const { board } = boardAt(0);
      board.set({ channel: 'a', kind: 'mixed', seed });
      return Array.from({ length: 60 }, () => board.strike(streamed).faults[0]?.kind);
    };
    expect(new Set(kinds(1))).toEqual(new Set(['rate-limit', 'unavailable', 'hang']));
    expect(kinds(1)).toEqual(kinds(1));
    expect(kinds(1)).not.toEqual(kinds(2));
  });

  it('follows its course: late, growing, flapping, slowly well again', () => {
    const { board, pass } = boardAt(0);
    board.set({ channel: 'a', kind: 'overloaded', startAfterMs: 100, periodMs: 100, durationMs: 400, id: 'flapping' });
    const seen = Array.from({ length: 6 }, () => {
      const { length } = board.strike(streamed).faults;
      pass(100);
      return length;
    });
    expect(seen).toEqual([0, 1, 0, 1, 0, 0]);
    board.set({ channel: 'a', kind: 'overloaded', onsetMs: 1000, durationMs: 1000, recoveryMs: 1000 });
    const shares = [500, 1000, 500].map((ms) => {
      pass(ms);
      return Array.from({ length: 400 }, () => board.strike(streamed).faults.length).filter(Boolean).length / 400;
    });
    expect(shares).toEqual([expect.closeTo(0.5, 1), expect.closeTo(0.5, 1), 0]);
  });
});
