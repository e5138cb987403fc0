import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import type { Clock } from './clock.js';
import { Watchdog } from './watchdog.js';

const LIMIT_MS = 1000;

describe('a watchdog', () => {
  /** How long the process stood still in all: timers do not run meanwhile, the clock does. */
  let stood = 0;
  const clock: Clock = { now: () => Date.now() + stood, monotonic: () => performance.now() + stood };
  beforeEach(() => {
    stood = 0;
    jest.useFakeTimers();
  });
  afterEach(() => void jest.useRealTimers());

  const start = (): { readonly dog: Watchdog; readonly expired: jest.Mock } => {
    const expired = jest.fn();
    return { dog: new Watchdog(LIMIT_MS, expired, clock), expired };
  };

  it('expires once, a limit after its start or its last reset, however often it was reset', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: LIMIT_MS - 1 }), { maxLength: 20 }), (gaps) => {
        const { dog, expired } = start();
        for (const gap of gaps) {
          jest.advanceTimersByTime(gap);
          dog.reset();
        }
        jest.advanceTimersByTime(LIMIT_MS - 1);
        expect(expired).not.toHaveBeenCalled();
        jest.advanceTimersByTime(1);
        jest.advanceTimersByTime(10 * LIMIT_MS);
        expect(expired).toHaveBeenCalledTimes(1);
      }),
    );
  });

  it('says nothing once stopped', () => {
    const { dog, expired } = start();
    dog.stop();
    jest.advanceTimersByTime(10 * LIMIT_MS);
    expect(expired).not.toHaveBeenCalled();
  });

  it('waits once more after a standstill, and no longer', () => {
    const { expired } = start();
    jest.advanceTimersByTime(LIMIT_MS - 1);
    stood += 5000;
    jest.advanceTimersByTime(LIMIT_MS);
    expect(expired).not.toHaveBeenCalled();
    jest.advanceTimersByTime(1);
    expect(expired).toHaveBeenCalledTimes(1);
  });

  it('is put off by standstills no second time, unless it was reset meanwhile', () => {
    const { dog, expired } = start();
    jest.advanceTimersByTime(500);
    stood += 5000;
    jest.advanceTimersByTime(500);
    dog.reset();
    stood += 5000;
    jest.advanceTimersByTime(LIMIT_MS);
    expect(expired).not.toHaveBeenCalled();
    stood += 5000;
    jest.advanceTimersByTime(LIMIT_MS);
    expect(expired).toHaveBeenCalledTimes(1);
  });

  it('takes what is merely a little late for what it is', () => {
    const { expired } = start();
    jest.advanceTimersByTime(500);
    stood += 90;
    jest.advanceTimersByTime(500);
    expect(expired).toHaveBeenCalledTimes(1);
  });
});
