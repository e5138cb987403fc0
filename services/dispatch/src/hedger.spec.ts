import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startDispatcher, type CallWanted, type TestCall, type TestDispatcher } from './dispatcher.fixture.js';
import { event, finish, json, role, stream, token } from './provider.fixture.js';

let dispatcher: TestDispatcher;
/** What either provider was asked, as soon as it is. */
let asked: Record<'a' | 'b', PromiseWithResolvers<ServerResponse>>;

beforeEach(async () => {
  dispatcher = await startDispatcher();
  asked = { a: Promise.withResolvers(), b: Promise.withResolvers() };
  for (const name of ['a', 'b'] as const)
    dispatcher.providers[name].answerWith((response) => asked[name].resolve(response));
  // Its first tokens come within a millisecond: whatever takes longer is late.
  for (let n = 0; n < 40; n += 1) dispatcher.stats.of('m@a').book.noteFirstToken(10, 1, Date.now());
});
afterEach(() => dispatcher.close());

function hedgedCall(wanted: CallWanted = {}): TestCall {
  const made = dispatcher.newCall({ ...wanted, conduct: { ...wanted.conduct, hedge: 0.5 } });
  dispatcher.stats.earn(made.call, 1_000_000);
  return made;
}

describe('a call whose first token is late', () => {
  it('is answered by the second target where that is first, and the other is given up', async () => {
    const { call, text, summary } = hedgedCall();
    const over = dispatcher.run(call);
    const [late, second] = [await asked.a.promise, await asked.b.promise];
    stream(second).end(role + token('from b') + finish);
    await over;
    if (!late.destroyed) await once(late, 'close');
    expect(text()).toContain('from b');
    expect(summary()).toMatchObject({ outcome: 'ok', attempts: 2, channel: 'b' });
    expect([dispatcher.stats.of('m@a').inFlight, dispatcher.stats.of('m@b').inFlight]).toEqual([0, 0]);
    expect(dispatcher.health.standing('m@a', Date.now()).clean).toBe(true);
  });

  it('is not late while it reasons, which its caller is not shown', async () => {
    for (let n = 0; n < 2000; n += 1) dispatcher.stats.of('m@a').book.noteFirstToken(10, 300, Date.now());
    const { call, text, summary } = hedgedCall({ surface: 'anthropic-messages' });
    const over = dispatcher.run(call);
    const first = stream(await asked.a.promise, event({ role: 'assistant', reasoning_content: 'Hm.' }));
    await delay(600);
    first.end(token('from a') + finish);
    await over;
    expect(text()).toContain('from a');
    expect(summary()).toMatchObject({ outcome: 'ok', attempts: 1, channel: 'a' });
  });

  it('goes on when its slow caller has room again, although the loser is gone', async () => {
    const { call, text, summary } = hedgedCall();
    const over = dispatcher.run(call);
    const [first, loser] = [await asked.a.promise, await asked.b.promise];
    const long = 'x'.repeat(300_000);
    stream(first, role + token(long));
    await once(loser, 'close');
    first.end(token('the rest') + finish);
    call.reply.credit(400_000);
    await over;
    expect(text()).toContain('the rest');
    expect(summary()).toMatchObject({ outcome: 'ok', channel: 'a' });
  });

  it('is charged what it had of the winner where its caller leaves', async () => {
    const { call, leave, summary } = hedgedCall();
    const over = dispatcher.run(call);
    const [first, loser] = [await asked.a.promise, await asked.b.promise];
    stream(first, role + token('Hello'));
    await once(loser, 'close');
    leave();
    await over;
    expect(summary()).toMatchObject({ outcome: 'cancelled', channel: 'a', usageEstimated: true });
    expect(summary()?.costMicros).toBeGreaterThan(0);
  });

  it('gets the answer of the one where the other fails, and its failure is noted', async () => {
    const { call, text } = hedgedCall();
    const over = dispatcher.run(call);
    const [first, second] = [await asked.a.promise, await asked.b.promise];
    json(first, 500, '{}');
    await once(first, 'close');
    stream(second).end(role + token('from b') + finish);
    await over;
    expect(text()).toContain('from b');
    expect(call.failures).toMatchObject([{ target: 'm@a', fault: 'provider_error' }]);
  });

  it('is rejected by the first that says that the request is wrong', async () => {
    const { call, summary } = hedgedCall();
    const over = dispatcher.run(call);
    const [first, second] = [await asked.a.promise, await asked.b.promise];
    json(first, 400, JSON.stringify({ error: { message: 'no such parameter', type: 'invalid_request_error' } }));
    await over;
    if (!second.destroyed) await once(second, 'close');
    expect(summary()).toMatchObject({ outcome: 'failed', errorCode: 'provider_rejected', attempts: 2 });
  });

  it('keeps nothing of a held answer that lost, or that failed', async () => {
    const { call, text } = hedgedCall({ conduct: { delivery: 'committed' } });
    const over = dispatcher.run(call);
    const [first, loser] = [await asked.a.promise, await asked.b.promise];
    stream(first, role + token('half'));
    await once(loser, 'close');
    dispatcher.providers.b.answerWith((response) => stream(response).end(role + token('whole') + finish));
    first.destroy();
    await over;
    expect(text()).toContain('whole');
    expect(text()).not.toContain('half');
    expect(dispatcher.memory.held).toBe(0);
  });
});

describe('a second target', () => {
  const partner = (made = hedgedCall()): string | undefined => {
    const first = dispatcher.preparer.prepare(made.call, 'm@a');
    return 'fault' in first ? undefined : dispatcher.partners.partnerOf(made.call, first)?.resolved.target.id;
  };

  it('is one that may be called now', () => {
    expect(partner()).toBe('m@b');
  });

  it('is none whose limit is used up, however soon it is back', () => {
    const limited = { fault: 'rate_limited', retryAfterMs: 1000, limit: 'requests' } as const;
    dispatcher.health.observe({ target: 'm@b', requestId: 'r', probe: false, ...limited });
    expect(partner(hedgedCall({ conduct: { patience: 5000 } }))).toBeUndefined();
  });

  it('is none where its share of spend is used up, which others do not use', () => {
    const poor = dispatcher.newCall({ conduct: { hedge: 0.01 } });
    dispatcher.stats.earn(poor.call, 1);
    expect(partner(poor)).toBeUndefined();
  });
});
