import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LimitReading } from '#libs/contracts';
import { fits, headroom, isKnown, noteLimits, release, reserve, unknownQuota, type Need, type Quota } from './quota.js';

const call: Need = { requests: 1, inputTokens: 1000, outputTokens: 500 };
const requests = (remaining: number, limit = 100): LimitReading => ({
  kind: 'requests',
  limit,
  remaining,
  resetMs: 10_000,
});
const read = (readings: readonly LimitReading[], now = 0): Quota => noteLimits(unknownQuota, readings, now);

describe('quota', () => {
  it('is whole where nothing is known, and unknown again after a silent minute', () => {
    expect([headroom(unknownQuota, 0), fits(unknownQuota, call, 0)]).toEqual([1, { fits: true }]);
    const quota = read([requests(0)]);
    expect([isKnown(unknownQuota, 0), isKnown(quota, 60_000), isKnown(quota, 60_001)]).toEqual([false, true, false]);
    expect(headroom(quota, 60_001)).toBe(1);
  });

  it('is the smallest share, growing back in a line until the reset', () => {
    const quota = read([requests(50), { kind: 'tokens', limit: 10_000, remaining: 2000, resetMs: 4000 }]);
    expect([0, 2000, 4000, 10_000, 20_000].map((now) => headroom(quota, now))).toEqual([0.2, 0.6, 0.7, 1, 1]);
  });

  it('says when a call will fit', () => {
    const quota = read([requests(0), { kind: 'input_tokens', limit: 2000, remaining: 0, resetMs: 4000 }]);
    expect(fits(quota, call, 0)).toEqual({ fits: false, untilMs: 2000 });
    expect(fits(quota, call, 2000)).toEqual({ fits: true });
  });

  it('lets what is larger than the whole limit pass when the limit is free', () => {
    const quota = read([{ kind: 'output_tokens', limit: 100, remaining: 50, resetMs: 1000 }]);
    expect(fits(quota, call, 0)).toEqual({ fits: false, untilMs: 1000 });
    expect(fits(quota, call, 1000)).toEqual({ fits: true });
  });

  it('takes from what is left for each call under way, until a reading of a later call covers it', () => {
    const first = reserve(read([requests(2)]), call);
    const second = reserve(first.quota, call);
    expect(fits(second.quota, call, 0).fits).toBe(false);
    // The first call's answer was written before the second call arrived.
    const afterFirst = noteLimits(second.quota, [requests(1)], 0, first.reservation);
    expect(headroom(afterFirst, 0)).toBe(0);
    const afterSecond = noteLimits(afterFirst, [requests(0)], 0, second.reservation);
    expect(headroom(afterSecond, 0)).toBe(0);
    expect(headroom(release(afterSecond, second.reservation), 0)).toBe(0);
  });

  it('gives back what a call without an answer had reserved', () => {
    const { quota, reservation } = reserve(read([requests(1)]), call);
    expect(fits(quota, call, 0).fits).toBe(false);
    expect(fits(release(quota, reservation), call, 0).fits).toBe(true);
  });

  it.each<LimitReading>([
    { kind: 'requests' },
    { kind: 'requests', limit: 5 },
    { kind: 'requests', remaining: -1 },
    { kind: 'requests', remaining: Number.NaN },
  ])('learns nothing from %p', (reading) => expect(read([reading])).toBe(unknownQuota));

  it('takes the largest remainder for the limit, and a minute for the reset, where they are unsaid', () => {
    expect(headroom(noteLimits(read([requests(50)]), [{ kind: 'requests', remaining: 25 }], 0), 30_000)).toBe(0.625);
  });

  it('never sends more than the limit in one burst, in whatever order answers come', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.array(fc.nat(), { maxLength: 200 }), (limit, draws) => {
        let quota = read([{ kind: 'requests', limit, remaining: limit, resetMs: 1e9 }]);
        let served = 0;
        const flying: { readonly reservation: ReturnType<typeof reserve>['reservation']; readonly left: number }[] = [];
        for (const draw of draws) {
          if (draw % 2 === 0 && fits(quota, call, 0).fits) {
            const reserved = reserve(quota, call);
            ({ quota } = reserved);
            served += 1;
            flying.push({ reservation: reserved.reservation, left: limit - served });
          } else if (draw % 5 === 0) {
            // Never reached the provider.
            const lost = reserve(quota, call);
            quota = release(lost.quota, lost.reservation);
          } else if (flying.length > 0) {
            const [answer] = flying.splice(draw % flying.length, 1);
            if (!answer) return;
            const reading = { kind: 'requests', limit, remaining: answer.left, resetMs: 1e9 } as const;
            quota = release(noteLimits(quota, [reading], 0, answer.reservation), answer.reservation);
          }
        }
        expect(served).toBeLessThanOrEqual(limit);
      }),
    );
  });
});
