import { describe, expect, it } from '@jest/globals';
import { errorCatalogue } from '#libs/kernel';

const entries = Object.entries<number>(errorCatalogue);

/** What the vendors' SDKs try again by themselves. */
const retried = (status: number): boolean => status === 408 || status === 409 || status === 429 || status >= 500;

describe('the error catalogue', () => {
  it('has plain names and statuses of errors only', () => {
    expect(entries.filter(([code]) => !/^[a-z]+(_[a-z]+)*$/.test(code))).toEqual([]);
    expect(entries.filter(([, status]) => !Number.isInteger(status) || status < 400 || status > 599)).toEqual([]);
  });

  it("has SDKs give up on the caller's mistakes and try again on ours", () => {
    const again = entries.filter(([, status]) => retried(status)).map(([code]) => code);
    expect(again.sort()).toEqual([
      'dispatcher_lost',
      'internal_error',
      'no_dispatcher',
      'no_policy',
      'not_ready',
      'overloaded',
      'request_timeout',
      'stream_interrupted',
      'targets_exhausted',
      'targets_rate_limited',
      'targets_timed_out',
    ]);
  });
});
