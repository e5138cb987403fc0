import { describe, expect, it } from '@jest/globals';
import { StormWatch } from './storm.js';

const HOUR = 3_600_000;

/** Rejects one request a second, each of the next principal of a number of them. */
function reject(watch: StormWatch, wanted: { readonly times: number; readonly principals: number; from?: number }) {
  const verdicts: string[] = [];
  for (let n = 0; n < wanted.times; n += 1) {
    const who = { principal: `p${n % wanted.principals}`, requestId: `r${n}` };
    verdicts.push(watch.noteRejected({ shape: 'good', ...who }, (wanted.from ?? 1000) + n * 1000));
  }
  return verdicts;
}

function known(): StormWatch {
  const watch = new StormWatch();
  watch.noteAccepted('good', 0);
  return watch;
}

describe('StormWatch', () => {
  it('takes rejections for the mistakes of callers where nothing like them ever succeeded', () => {
    expect(new Set(reject(new StormWatch(), { times: 50, principals: 50 }))).toEqual(new Set(['caller']));
  });

  it('calls it a storm at the third principal, or the tenth request', () => {
    expect(reject(known(), { times: 3, principals: 3 })).toEqual(['caller', 'caller', 'storm']);
    expect(reject(known(), { times: 10, principals: 1 }).indexOf('storm')).toBe(9);
  });

  it('counts a request that is tried again once', () => {
    const watch = known();
    const again = { shape: 'good', principal: 'p', requestId: 'r' };
    for (let n = 0; n < 50; n += 1) expect(watch.noteRejected(again, n)).toBe('caller');
  });

  it('is no storm while most such requests succeed, and none when they are far apart', () => {
    const busy = known();
    for (let n = 0; n < 20; n += 1) busy.noteAccepted('good', 500);
    expect(reject(busy, { times: 5, principals: 5 })).not.toContain('storm');
    const slow = known();
    const at = (n: number) => slow.noteRejected({ shape: 'good', principal: `p${n}`, requestId: `r${n}` }, n * 40_000);
    expect([1, 2, 3, 4].map(at)).not.toContain('storm');
  });

  it('forgets after a day what was accepted', () => {
    expect(reject(known(), { times: 5, principals: 5, from: 24 * HOUR - 10_000 })).toContain('storm');
    expect(reject(known(), { times: 5, principals: 5, from: 24 * HOUR + 1 })).not.toContain('storm');
  });

  it('remembers the newest shapes of very many', () => {
    const watch = known();
    for (let n = 0; n < 10_000; n += 1) watch.noteAccepted(`shape ${n}`, 0);
    expect(reject(watch, { times: 5, principals: 5, from: HOUR })).not.toContain('storm');
    watch.noteAccepted('good', HOUR);
    expect(reject(watch, { times: 5, principals: 5, from: HOUR })).toContain('storm');
  });
});
