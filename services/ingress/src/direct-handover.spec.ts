import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  attempt,
  data,
  end,
  head,
  startIngress,
  summary,
  whole,
  type TestDispatcher,
  type TestIngress,
} from './call-session.fixture.js';

let ingress: TestIngress;
beforeEach(async () => (ingress = await startIngress()));
afterEach(() => ingress.close());

/** The first call comes through the broker; its frames open the connection over which the next ones come. */
async function linkedDispatcher(name: string): Promise<TestDispatcher> {
  const dispatcher = await ingress.dispatcher(name);
  for (let n = 0; ; n += 1) {
    const call = await ingress.call({ requestId: `req_before_${n}` });
    const run = await dispatcher.runs.next();
    run.say([attempt(name), whole('linked')]);
    await call.ended;
    if (run.request.returnAddress === undefined) return dispatcher;
  }
}

describe('a call that is handed over directly', () => {
  it('is answered as any other, with its body as it was', async () => {
    const { runs } = await linkedDispatcher('d1');
    const call = await ingress.call();
    const run = await runs.next();
    expect(run.request).toMatchObject({ requestId: 'req_1', epoch: 0, attempts: 0 });
    expect(run.request).not.toHaveProperty('returnAddress');
    expect(Buffer.from(run.body).toString()).toBe('{"model":"fast"}');
    run.say([attempt('d1'), head(), data('data: 1\n\n'), end()]);
    expect(await call.body).toBe('data: 1\n\n');
    expect(await call.ended).toMatchObject({ summary: summary('ok') });
  });

  it('goes to another at once when its dispatcher dies before its first word, which is held to have begun', async () => {
    const first = await linkedDispatcher('d1');
    const call = await ingress.call();
    await first.runs.next();
    const second = await ingress.dispatcher('d2');
    // The broker may learn of its death later than ingress, and would give it the call once more.
    await first.drain();
    await first.die();
    const run = await second.runs.next();
    expect(run.request).toMatchObject({ epoch: 1, attempts: 1 });
    expect(Buffer.from(run.body).toString()).toBe('{"model":"fast"}');
    run.say([attempt('d2', 2), whole('second')]);
    expect(await call.body).toBe('second');
    expect(call.lost).toMatchObject([{ attemptId: 'req_1.0.1', dispatcher: 'd1', number: 1, target: 'gpt-5@a' }]);
  });

  it('counts no attempt that it cannot record, where its dispatcher died before its first word and was the last', async () => {
    const last = await linkedDispatcher('d1');
    const call = await ingress.call();
    await last.runs.next();
    await last.die();
    expect((await call.head).statusCode).toBe(503);
    expect(await call.ended).toMatchObject({ summary: { outcome: 'failed', attempts: 0 } });
    expect(call.lost).toEqual([]);
  });

  it('goes to another when its dispatcher says nothing, which is asked before it gets more', async () => {
    const mute = await linkedDispatcher('d1');
    const call = await ingress.call();
    const late = await mute.runs.next();
    const second = await ingress.dispatcher('d2');
    const taken = await Promise.race([second.runs.next(), mute.runs.next()]);
    expect(taken.request).toMatchObject({ requestId: 'req_1', epoch: 1, attempts: 0 });
    late.say([attempt('d1'), whole('late')]);
    expect(await mute.controls.next()).toEqual({ do: 'cancel', requestId: 'req_1', epoch: 0 });
    taken.say([attempt('d2'), whole('in time')]);
    expect(await call.body).toBe('in time');
  });

  it('goes to no dispatcher that drains, which ends what it has', async () => {
    const first = await linkedDispatcher('d1');
    const before = await ingress.call({ requestId: 'req_before' });
    const run = await first.runs.next();
    const second = await ingress.dispatcher('d2');
    await first.drain();
    const after = await ingress.call({ requestId: 'req_after' });
    (await second.runs.next()).say([attempt('d2'), whole('second')]);
    expect(await after.body).toBe('second');
    run.say([attempt('d1'), whole('first')]);
    expect(await before.body).toBe('first');
  });

  it('is stopped at its dispatcher when its caller leaves, word or no word', async () => {
    const { runs, controls } = await linkedDispatcher('d1');
    const call = await ingress.call();
    const run = await runs.next();
    call.leave();
    expect(await controls.next()).toEqual({ do: 'cancel', requestId: 'req_1', epoch: 0 });
    run.say([attempt('d1'), end('cancelled')]);
    expect(await call.ended).toMatchObject({ summary: { outcome: 'cancelled' } });
  });
});
