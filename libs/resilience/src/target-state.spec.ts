import { describe, expect, it } from '@jest/globals';
import { adopt } from './breaker.js';
import { rampEnd, shareOf } from './share.js';
import { failure, probe, run, signal, strikesAt, success } from './signals.fixture.js';
import { availability, closedState, drain, gatedUntil, restore, shutUntil } from './target-state.js';

describe('gates', () => {
  it('shut the target until the provider said, closed as it is, and count for no back-off', () => {
    const { state } = run([failure(0, 'rate_limited', 2000)]);
    expect(state).toMatchObject({ phase: 'closed', gates: { requests: 2000 }, openings: 0, version: 1 });
    expect([availability(state, 1999), availability(state, 2000)]).toEqual(['shut', 'usable']);
    expect([shutUntil(state, 1999), shutUntil(state, 2000)]).toEqual([2000, 0]);
    expect(state.evidence.map(({ fault }) => fault)).toEqual(['rate_limited']);
  });

  it('stand for five seconds where nothing sensible was said, for five minutes at most', () => {
    expect(run([failure(0, 'rate_limited')]).state.gates).toEqual({ requests: 5000 });
    expect(run([failure(0, 'rate_limited', -1)]).state.gates).toEqual({ requests: 5000 });
    expect(run([failure(0, 'rate_limited', 1e12)]).state.gates).toEqual({ requests: 300_000 });
  });

  it('stand apart by kind of limit, only move later, and are forgotten when they have passed', () => {
    const of = (at: number, limit: 'tokens' | 'requests', retryAfterMs: number): ReturnType<typeof signal> =>
      signal(at, { failure: { fault: 'rate_limited', requestId: 'r', retryAfterMs, limit } });
    const both = run([of(0, 'requests', 1000), of(1, 'tokens', 9000), of(2, 'tokens', 10)]);
    expect(both.state).toMatchObject({ gates: { requests: 1000, tokens: 9001 }, version: 2 });
    expect(gatedUntil(both.state)).toBe(9001);
    expect(run([of(5000, 'tokens', 9000)], both).state.gates).toEqual({ tokens: 14_000 });
  });

  it('fail a probe, without a longer back-off', () => {
    const opened = run(strikesAt(0));
    const { state } = run([probe(failure(3000, 'rate_limited', 4000))], opened);
    expect(state).toMatchObject({ phase: 'open', until: 7000, openings: 1, gates: { requests: 7000 } });
    const late = run([failure(400, 'rate_limited', 4000)], opened).state;
    expect(late).toMatchObject({ phase: 'open', until: opened.state.until, gates: { requests: 4400 } });
    expect(shutUntil(late, 500)).toBe(4400);
  });

  it('do not interrupt strikes', () => {
    expect(run([failure(0), failure(1), failure(2, 'rate_limited'), failure(3)]).state.phase).toBe('open');
  });
});

describe('operators', () => {
  const opened = run(strikesAt(0)).state;

  it('drain a target until they restore it', () => {
    const drained = drain(opened, 10);
    expect(drained).toMatchObject({ phase: 'drained', since: 10, reason: 'operator', version: 2 });
    expect(availability(drained, 1e12)).toBe('shut');
    expect(shutUntil(drained, 1e12)).toBe(Infinity);
    expect(drain(drained, 11)).toBe(drained);
    const restored = restore(drained, 20);
    expect(restored).toMatchObject({
      phase: 'closed',
      since: 20,
      rampFrom: 20,
      openings: 0,
      reason: 'none',
      version: 3,
    });
    expect(availability(restored, 20)).toBe('usable');
  });

  it('restore a target that is open, which pays for flapping all the same', () => {
    const again = run(strikesAt(30), adopt(restore(opened, 20))).state;
    expect(again).toMatchObject({ openings: 1, until: 300_000 });
  });
});

describe('shareOf', () => {
  const policy = { rampStepMs: 1000 };
  const closed = run([...strikesAt(0), probe(success(5000))]).state;

  it.each([
    [4000, 0.05],
    [5000, 0.05],
    [5999, 0.05],
    [6000, 0.1],
    [7000, 0.25],
    [8000, 0.5],
    [9000, 1],
    [1e9, 1],
  ])('at %p ms is %p', (now, share) => expect(shareOf(closed, now, policy)).toBe(share));

  it('is whole without a ramp and for a target that never opened', () => {
    expect(shareOf(closed, 5000, { rampStepMs: 0 })).toBe(1);
    expect(shareOf(closedState('t'), 0, policy)).toBe(1);
  });

  it('is less while the target is slow, ramp or not', () => {
    expect(shareOf({ ...closed, share: 0.1 }, 8000, policy)).toBeCloseTo(0.05);
    expect(shareOf({ ...closed, share: 0.1 }, 9000, policy)).toBe(0.1);
  });

  it('has an end', () => expect(rampEnd(closed, policy)).toBe(9000));
});
