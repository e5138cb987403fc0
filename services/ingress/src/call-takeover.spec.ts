import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  attempt,
  data,
  end,
  head,
  heldHead,
  startIngress,
  summary,
  whole,
  type TestIngress,
} from './call-session.fixture.js';

let ingress: TestIngress;
beforeEach(async () => (ingress = await startIngress()));
afterEach(() => ingress.close());

describe('a dispatcher that is lost before the answer begins', () => {
  it('is replaced without the caller noticing, and its attempt is left to ingress to record', async () => {
    const first = await ingress.dispatcher('d1');
    const call = await ingress.call();
    (await first.runs.next()).say([attempt('d1', 1), attempt('d1', 2)]);
    const second = await ingress.dispatcher('d2');
    await first.watched();
    await first.drain();
    await first.die();
    const run = await second.runs.next();
    expect(run.request).toMatchObject({ epoch: 1, attempts: 2 });
    expect(call.lost).toMatchObject([{ dispatcher: 'd1', number: 2, target: 'gpt-5@a' }]);
    expect(Buffer.from(run.body).toString()).toBe('{"model":"fast"}');
    run.say([attempt('d2', 3), head(), data('data: 1\n\n'), end('ok', 3)]);
    expect((await call.head).statusCode).toBe(200);
    expect(await call.body).toBe('data: 1\n\n');
    expect(await call.ended).toMatchObject({ summary: summary('ok', 3) });
  });

  it('is replaced too where only its broker is lost to it', async () => {
    const first = await ingress.dispatcher('d1');
    const call = await ingress.call();
    const lost = await first.runs.next();
    lost.say([attempt('d1')]);
    const second = await ingress.dispatcher('d2');
    await first.watched();
    await first.drain();
    await first.loseBroker();
    (await second.runs.next()).say([attempt('d2', 2), whole('second')]);
    expect(await call.body).toBe('second');
    lost.say([whole('first')]);
    expect(await call.ended).toMatchObject({ summary: { outcome: 'ok' } });
    expect(call.ends).toHaveLength(1);
  });

  it('is replaced when it never says a word, and stopped when it speaks after all', async () => {
    const mute = await ingress.dispatcher('d1');
    const call = await ingress.call();
    const late = await mute.runs.next();
    const second = await ingress.dispatcher('d2');
    await mute.drain();
    const run = await second.runs.next();
    expect(run.request).toMatchObject({ epoch: 1, attempts: 0 });
    late.say([attempt('d1'), whole('late')]);
    expect(await mute.controls.next()).toEqual({ do: 'cancel', requestId: 'req_1', epoch: 0 });
    run.say([attempt('d2'), whole('in time')]);
    expect(await call.body).toBe('in time');
  });

  it('is replaced within moments where it dies before its first word', async () => {
    const first = await ingress.dispatcher('d1');
    await ingress.call({ requestId: 'req_0' });
    (await first.runs.next()).say([attempt('d1')]);
    await first.watched();
    const call = await ingress.call();
    await first.runs.next();
    const second = await ingress.dispatcher('d2');
    await first.drain();
    const diedAt = performance.now();
    await first.die();
    const runs = [await second.runs.next(), await second.runs.next()];
    expect(performance.now() - diedAt).toBeLessThan(500);
    runs.find(({ request }) => request.requestId === 'req_1')?.say([attempt('d2'), whole('in time')]);
    expect(await call.body).toBe('in time');
  });

  it('is replaced when a frame of it is missing, and stopped', async () => {
    const first = await ingress.dispatcher('d1');
    const call = await ingress.call();
    const run = await first.runs.next();
    const second = await ingress.dispatcher('d2');
    await first.drain();
    run.say([attempt('d1')]);
    run.say([head(), data('of another'), end()], 2);
    expect(await first.controls.next()).toEqual({ do: 'cancel', requestId: 'req_1', epoch: 0 });
    (await second.runs.next()).say([attempt('d2', 2), whole('{"whole":true}')]);
    expect(await call.body).toBe('{"whole":true}');
  });

  it('is not replaced for ever: the caller is told to come back', async () => {
    const dispatcher = await ingress.dispatcher('d1');
    const call = await ingress.call();
    for (let epoch = 0; epoch < 12; epoch += 1) {
      const run = await dispatcher.runs.next();
      expect(run.request.epoch).toBe(epoch);
      expect(run.request.attempts).toBe(epoch);
      run.say([attempt('d1', epoch + 1)]);
      run.say([head()], 9);
    }
    expect((await call.head).statusCode).toBe(503);
    expect(await call.ended).toMatchObject({ summary: { outcome: 'failed', errorCode: 'no_dispatcher' } });
  });

  it('leaves the call to nobody where no other is', async () => {
    const dispatcher = await ingress.dispatcher('d1');
    const call = await ingress.call();
    (await dispatcher.runs.next()).say([attempt('d1')]);
    await dispatcher.watched();
    await dispatcher.die();
    expect((await call.head).statusCode).toBe(503);
    expect(await call.ended).toMatchObject({ summary: { errorCode: 'no_dispatcher', attempts: 1 } });
  });
});

describe('a dispatcher that is lost while its caller is kept waiting', () => {
  const keepAlive = ': keep-alive\n\n';

  it('is replaced as if nothing had been sent, whether its successor makes the caller wait or not', async () => {
    const first = await ingress.dispatcher('d1');
    const call = await ingress.call();
    (await first.runs.next()).say([attempt('d1'), heldHead(), data(keepAlive), data(keepAlive)]);
    expect((await call.head).headers).toMatchObject({ 'x-breakwater-model': 'pending' });
    const second = await ingress.dispatcher('d2');
    await first.watched();
    await first.drain();
    await first.die();
    const run = await second.runs.next();
    expect(run.request).toMatchObject({ epoch: 1, attempts: 1 });
    run.say([attempt('d2', 2), heldHead(), data(keepAlive)]);
    run.say([head(), data('data: 1\n\n'), end('ok', 2)]);
    expect(await call.body).toBe(`${keepAlive.repeat(3)}: breakwater {}\n\ndata: 1\n\n`);
    expect(await call.ended).toMatchObject({ status: 200, summary: summary('ok', 2) });
    expect(call.lost).toMatchObject([{ dispatcher: 'd1' }]);
  });

  it('leaves an explicit error where no other takes the call', async () => {
    const dispatcher = await ingress.dispatcher('d1');
    const call = await ingress.call({ surface: 'anthropic-messages' });
    (await dispatcher.runs.next()).say([attempt('d1'), heldHead()]);
    expect((await call.head).statusCode).toBe(200);
    await dispatcher.watched();
    await dispatcher.die();
    expect(await call.body).toMatch(
      /^: breakwater \{.*"retry-after":"1"\}\n\nevent: error\ndata: \{"type":"error".*"no_dispatcher".*\}\n\n$/,
    );
    expect(await call.ended).toMatchObject({ status: 200, summary: { outcome: 'failed', errorCode: 'no_dispatcher' } });
  });

  it('cannot be replaced once its own head says that the answer comes', async () => {
    const first = await ingress.dispatcher('d1');
    const call = await ingress.call();
    (await first.runs.next()).say([attempt('d1'), heldHead(), data(keepAlive), head(), data('data: 1\n\n')]);
    await call.head;
    await first.watched();
    const second = await ingress.dispatcher('d2');
    await first.die();
    expect(await call.body).toContain('data: 1\n\ndata: {"error":');
    expect(await call.ended).toMatchObject({ summary: { outcome: 'interrupted' } });
    expect(await second.runs.after(50)).toEqual([]);
  });
});
