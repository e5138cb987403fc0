import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { herd } from './herd.js';
import { quota } from './quota.js';

const call = { channel: 'a', model: 'm', streamed: true, credential: 'k', promptTokens: 100 };

describe('quota', () => {
  it('counts requests down, refuses, and says when there is room', () => {
    const charge = quota({ requestsPerMinute: 2, tokensPerMinute: 10_000 });
    expect(charge(call, 0)).toEqual({
      strikes: false,
      limits: {
        requests: { limit: 2, remaining: 1, resetMs: 30_000 },
        tokens: { limit: 10_000, remaining: 9900, resetMs: 600 },
      },
    });
    expect(charge(call, 0).strikes).toBe(false);
    expect(charge(call, 0)).toMatchObject({ strikes: true, limits: { retryMs: 30_000, requests: { remaining: 0 } } });
    expect(charge(call, 30_000).strikes).toBe(false);
  });

  it('counts a prompt with the longest answer asked for, and no answer without a limit', () => {
    const charge = quota({ tokensPerMinute: 1000 });
    expect(charge({ ...call, maximumTokens: 700 }, 0)).toMatchObject({ limits: { tokens: { remaining: 200 } } });
    expect(charge({ ...call, maximumTokens: Infinity }, 0)).toMatchObject({ limits: { tokens: { remaining: 100 } } });
    expect(charge({ ...call, maximumTokens: 150 }, 0)).toMatchObject({ strikes: true, limits: { retryMs: 9000 } });
  });

  it('keeps keys, models and channels apart', () => {
    const charge = quota({ requestsPerMinute: 1 });
    const others = [{ credential: 'l' }, { model: 'n' }, { channel: 'b' }];
    expect([{}, {}, ...others].map((other) => charge({ ...call, ...other }, 0).strikes)).toEqual([
      false,
      true,
      false,
      false,
      false,
    ]);
  });

  it('keeps who hammers out, as the vendors do', () => {
    const charge = quota({ requestsPerMinute: 1 });
    const verdicts = Array.from({ length: 20 }, (_, index) => charge(call, index * 10_000).strikes);
    expect(verdicts).toEqual([false, ...Array.from({ length: 19 }, () => true)]);
  });

  it('never lets more through in a minute than twice its limit, whatever comes', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 300 });
    const check = fc.property(gaps, fc.integer({ min: 1, max: 30 }), (waits, requestsPerMinute) => {
      const charge = quota({ requestsPerMinute });
      let now = 0;
      const passed = waits.flatMap((wait) => {
        now += wait;
        return charge(call, now).strikes ? [] : [now];
      });
      const most = Math.max(
        0,
        ...passed.map((at) => passed.filter((other) => other >= at && other < at + 60_000).length),
      );
      expect(most).toBeLessThanOrEqual(2 * requestsPerMinute);
    });
    fc.assert(check);
  });
});

describe('herd', () => {
  it('takes a rate, and above it refuses everything for a while', () => {
    const takes = herd({ callsPerSecond: 2, relapseMs: 3000 });
    const strikes = [0, 400, 1100, 1200, 1300, 4000, 4300, 5400].map((now) => takes(call, now).strikes);
    expect(strikes).toEqual([false, false, false, true, true, true, false, false]);
  });
});
