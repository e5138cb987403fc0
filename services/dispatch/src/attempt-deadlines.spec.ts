import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { FaultClass } from '#libs/contracts';
import { AttemptDeadlines } from './attempt-deadlines.js';

const deadlines = { connect: 100, firstToken: 200, interToken: 300, attempt: 1000, total: 5000 };

describe('attempt deadlines', () => {
  let faults: FaultClass[];
  beforeEach(() => {
    faults = [];
    jest.useFakeTimers();
  });
  afterEach(() => void jest.useRealTimers());

  const start = (stream = true, remaining = 5000): AttemptDeadlines =>
    new AttemptDeadlines({ deadlines, remaining, stream }, (fault) => faults.push(fault));

  /** Content every 250 ms: never a stall. */
  function talk(attempt: AttemptDeadlines, times: number): void {
    for (let said = 0; said < times; said += 1) {
      attempt.content();
      jest.advanceTimersByTime(250);
    }
  }

  it('say what was late: the connection, any answer, its content, more of it', () => {
    start();
    jest.advanceTimersByTime(100);
    const silent = start();
    silent.sent();
    jest.advanceTimersByTime(200);
    const empty = start();
    empty.sent();
    empty.answered();
    jest.advanceTimersByTime(200);
    const stalling = start();
    stalling.sent();
    talk(stalling, 2);
    jest.advanceTimersByTime(50);
    expect(faults).toEqual(['unreachable', 'hang', 'slow_first_token', 'stall']);
  });

  it('judge an unstreamed answer by the whole attempt alone, and that by what is left of the call', () => {
    start(false).sent();
    jest.advanceTimersByTime(999);
    expect(faults).toEqual([]);
    jest.advanceTimersByTime(1);
    start(false, 400).sent();
    jest.advanceTimersByTime(400);
    expect(faults).toEqual(['hang', 'hang']);
  });

  it('tell where the call had less than half of its time left: others took it, and the target is not to blame', () => {
    const rushed: boolean[] = [];
    const begin = (remaining: number): AttemptDeadlines =>
      new AttemptDeadlines(
        { deadlines: { ...deadlines, attempt: 4000 }, remaining, stream: false },
        (_fault, isRushed) => void rushed.push(isRushed),
      );
    for (const remaining of [2600, 2400]) begin(remaining).sent();
    jest.advanceTimersByTime(2400);
    expect(rushed).toEqual([true]);
    jest.advanceTimersByTime(200);
    expect(rushed).toEqual([true, false]);
  });

  it('count no time that the caller takes', () => {
    const attempt = start();
    attempt.sent();
    talk(attempt, 2);
    attempt.pause();
    jest.advanceTimersByTime(60_000);
    attempt.resume();
    talk(attempt, 1);
    expect(faults).toEqual([]);
    // 500 ms before the pause, 250 after it.
    attempt.content();
    jest.advanceTimersByTime(249);
    expect(faults).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(faults).toEqual(['stall']);
  });

  it('say nothing any more once stopped', () => {
    const attempt = start();
    attempt.sent();
    attempt.content();
    attempt.stop();
    jest.advanceTimersByTime(60_000);
    expect(faults).toEqual([]);
  });
});
