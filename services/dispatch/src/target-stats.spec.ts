import { describe, expect, it } from '@jest/globals';
import type { FaultClass } from '#libs/contracts';
import type { AttemptResult } from './attempt-result.js';
import type { Call } from './call.js';
import { newCall } from './dispatcher.fixture.js';
import { resolved } from './domain/targets.fixture.js';
import { TargetStats } from './target-stats.js';

const first = resolved('gpt-5@primary');
/** The same model by another credential of the same provider. */
const second = {
  ...first,
  target: { ...first.target, id: 'gpt-5@second' },
  channel: { ...first.channel, id: 'second' },
};
const base = { committed: false, sent: true, limits: [], durationMs: 5 } as const;
const ok: AttemptResult = { ...base, outcome: 'ok' };
const failed = (fault: FaultClass): AttemptResult => ({ ...base, outcome: 'failed', fault });

function callOf(tenant: string): Call {
  const { call } = newCall();
  return { ...call, request: { ...call.request, requestId: tenant, principal: { ...call.request.principal, tenant } } };
}

describe('TargetStats', () => {
  const learn = (stats: TargetStats, remaining: number): void => {
    const limits = [{ kind: 'requests', limit: 100, remaining, resetMs: 60_000 }] as const;
    for (const target of [first, second]) stats.end(target, stats.begin(callOf('t'), target), { ...ok, limits });
  };
  const limited = (stats: TargetStats): readonly (string | undefined)[] =>
    [first, second].map((target) => {
      const call = callOf('t');
      const place = stats.begin(call, target);
      const judged = stats.judge(call, target, failed('rate_limited'));
      stats.end(target, place, judged);
      return judged.fault;
    });

  it('takes a 429 at two credentials with quota left for congestion', () => {
    const stats = new TargetStats();
    learn(stats, 90);
    expect(limited(stats)).toEqual(['rate_limited', 'overloaded']);
  });

  it('takes it for its own limits where nothing is left, or nothing is known', () => {
    const stats = new TargetStats();
    expect(limited(stats)).toEqual(['rate_limited', 'rate_limited']);
    learn(stats, 0);
    expect(limited(stats)).toEqual(['rate_limited', 'rate_limited']);
  });

  it("takes requests that were good for the target's fault once it rejects those of several callers", () => {
    const stats = new TargetStats();
    const reject = (tenant: string): string | undefined =>
      stats.judge(callOf(tenant), first, failed('client_error')).fault;
    expect(['a', 'b', 'c', 'd'].map(reject)).toEqual(Array.from({ length: 4 }, () => 'client_error'));
    stats.judge(callOf('a'), first, ok);
    expect(['a', 'b', 'c'].map(reject)).toEqual(['client_error', 'client_error', 'provider_error']);
  });

  it('has no deadline for a hedge on a route that wants none', () => {
    expect(new TargetStats().hedgeAfterMs(callOf('t'), first)).toBeUndefined();
  });
});
