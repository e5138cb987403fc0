import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { attempt, data, end, head, startIngress, summary, whole, type TestIngress } from './call-session.fixture.js';

let ingress: TestIngress;
beforeEach(async () => (ingress = await startIngress()));
afterEach(() => ingress.close());

describe('a call', () => {
  it('is handed over with its body, and answered whole', async () => {
    const { runs } = await ingress.dispatcher('d1');
    const call = await ingress.call();
    const run = await runs.next();
    expect(run.request).toMatchObject({ requestId: 'req_1', epoch: 0, attempts: 0, plan: { route: 'fast' } });
    expect(Buffer.from(run.body).toString()).toBe('{"model":"fast"}');
    run.say([attempt('d1'), whole('{"ok":true}', { 'x-breakwater-attempts': '1' })]);
    const { statusCode, headers } = await call.head;
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({ 'x-breakwater-request-id': 'req_1', 'x-breakwater-attempts': '1' });
    expect(await call.body).toBe('{"ok":true}');
    expect(await call.ended).toMatchObject({ status: 200, deliveredBytes: 11, summary: summary('ok') });
    expect(call.ends).toHaveLength(1);
  });

  it('is answered as a stream, byte for byte, beside others', async () => {
    const { runs } = await ingress.dispatcher('d1');
    const calls = [await ingress.call({ requestId: 'req_1' }), await ingress.call({ requestId: 'req_2' })];
    const pieces = Array.from({ length: 300 }, (_, n) => `data: ${n} \u{1f600}\n\n`);
    for (const _ of calls) (await runs.next()).say([attempt('d1'), head(), ...pieces.map(data), end()]);
    for (const call of calls) {
      expect(await call.body).toBe(pieces.join(''));
      expect(await call.ended).toMatchObject({ summary: summary('ok') });
    }
  });

  it('is refused at once where no dispatcher is', async () => {
    const began = performance.now();
    const call = await ingress.call();
    expect(await call.head).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
    expect(performance.now() - began).toBeLessThan(500);
    expect(JSON.parse(await call.body)).toMatchObject({ error: { code: 'no_dispatcher' } });
    expect(await call.ended).toMatchObject({
      status: 503,
      summary: { outcome: 'failed', errorCode: 'no_dispatcher', attempts: 0, costMicros: 0 },
    });
  });

  it('ends by itself where its dispatcher does not keep the deadline', async () => {
    const { runs, controls } = await ingress.dispatcher('d1');
    const call = await ingress.call({ remaining: -4500 });
    (await runs.next()).say([attempt('d1')]);
    expect((await call.head).statusCode).toBe(504);
    expect(await call.ended).toMatchObject({ summary: { errorCode: 'targets_timed_out', attempts: 1 } });
    expect(await controls.next()).toEqual({ do: 'cancel', requestId: 'req_1', epoch: 0 });
  });

  it('ends with an error where its answer cannot be passed on', async () => {
    const { runs } = await ingress.dispatcher('d1');
    const [bad, good] = [await ingress.call({ requestId: 'req_1' }), await ingress.call({ requestId: 'req_2' })];
    (await runs.next()).say([attempt('d1'), whole('{}', { 'x-breakwater-version': 'a\nb' })]);
    (await runs.next()).say([attempt('d1'), whole('{}')]);
    expect((await bad.head).statusCode).toBe(500);
    expect(await bad.ended).toMatchObject({ summary: { errorCode: 'internal_error' } });
    expect((await good.head).statusCode).toBe(200);
  });
});

describe('a dispatcher that is lost within the answer', () => {
  it.each([
    ['openai-chat', 'data: {"error":{'],
    ['anthropic-messages', 'event: error\ndata: {"type":"error",'],
  ] as const)('ends a stream of %s with an explicit error, and has no successor', async (surface, event) => {
    const first = await ingress.dispatcher('d1');
    const call = await ingress.call({ surface });
    (await first.runs.next()).say([attempt('d1'), head(), data('data: 1\n\n')]);
    await call.head;
    const second = await ingress.dispatcher('d2');
    await first.die();
    const body = await call.body;
    expect(body.startsWith(`data: 1\n\n${event}`)).toBe(true);
    expect(body).toContain('"code":"dispatcher_lost"');
    expect(body.endsWith('\n\n')).toBe(true);
    expect(await call.ended).toMatchObject({
      status: 200,
      summary: { outcome: 'interrupted', errorCode: 'dispatcher_lost', attempts: 1 },
    });
    expect(await second.runs.after(50)).toEqual([]);
  });

  it('cuts an answer that is no stream: its bytes have no place for an error', async () => {
    const { runs, die } = await ingress.dispatcher('d1');
    const call = await ingress.call();
    (await runs.next()).say([attempt('d1'), head('application/json'), data('{"half":')]);
    expect((await call.head).statusCode).toBe(200);
    await die();
    await expect(call.body).rejects.toThrow('aborted');
    expect(await call.ended).toMatchObject({ summary: { outcome: 'interrupted' } });
    expect(call.ends).toHaveLength(1);
  });

  it.each([
    ['a frame that is missing', [data('data: 3\n\n'), end()], 4],
    ['a frame that comes twice', [data('data: 1\n\n'), end()], 2],
    ['a second answer', [whole('{}')], 3],
  ] as const)('is what %s amounts to', async (_name, frames, from) => {
    const { runs, controls } = await ingress.dispatcher('d1');
    const call = await ingress.call();
    const run = await runs.next();
    run.say([attempt('d1'), head(), data('data: 1\n\n')]);
    run.say(frames, from);
    expect(await call.body).toMatch(/^data: 1\n\ndata: \{"error":.*"dispatcher_lost".*\}\n\n$/);
    expect(await controls.next()).toEqual({ do: 'cancel', requestId: 'req_1', epoch: 0 });
    expect(await call.ended).toMatchObject({ summary: { outcome: 'interrupted' } });
  });

  it('is the end where the deadline passes within the answer', async () => {
    const { runs, controls } = await ingress.dispatcher('d1');
    const call = await ingress.call({ remaining: -4500 });
    (await runs.next()).say([attempt('d1'), head(), data('data: 1\n\n')]);
    expect(await call.body).toMatch(/longer than its route allows.*"stream_interrupted"/);
    expect(await controls.next()).toMatchObject({ do: 'cancel' });
  });
});

describe('a caller that leaves', () => {
  it.each([
    ['before its answer', [attempt('d1')]],
    ['within its answer', [attempt('d1'), head(), data('data: 1\n\n')]],
  ] as const)('%s stops the dispatcher, which has the last word', async (_name, frames) => {
    const { runs, controls, watched } = await ingress.dispatcher('d1');
    const call = await ingress.call();
    const run = await runs.next();
    run.say(frames);
    await Promise.all([watched(), frames.length > 1 ? call.head : undefined]);
    call.leave();
    expect(await controls.next()).toEqual({ do: 'cancel', requestId: 'req_1', epoch: 0 });
    run.say([end('cancelled', 2)]);
    expect(await call.ended).toMatchObject({ summary: summary('cancelled', 2) });
  });

  it('before anybody says that it has the call stops whoever has it', async () => {
    const { runs, controls } = await ingress.dispatcher('d1');
    const call = await ingress.call();
    const run = await runs.next();
    const gone = once(call.response, 'close');
    call.leave();
    await gone;
    run.say([attempt('d1')]);
    expect(await controls.next()).toEqual({ do: 'cancel', requestId: 'req_1', epoch: 0 });
    run.say([end('cancelled')]);
    expect(await call.ended).toMatchObject({ summary: { outcome: 'cancelled' } });
  });

  it('is not waited for, whatever else comes, where the last word does not', async () => {
    const { runs, controls, watched } = await ingress.dispatcher('d1');
    const call = await ingress.call();
    const run = await runs.next();
    run.say([attempt('d1'), head(), data('data: 1\n\n')]);
    await Promise.all([watched(), call.head]);
    call.leave();
    await controls.next();
    run.say([data('data: 2\n\n')]);
    expect(await call.ended).toMatchObject({ summary: { outcome: 'cancelled' } });
  });

  it('is not waited for where the dispatcher has no last word', async () => {
    const { runs, controls, watched } = await ingress.dispatcher('d1');
    const call = await ingress.call();
    (await runs.next()).say([attempt('d1')]);
    await watched();
    call.leave();
    await controls.next();
    expect(await call.ended).toMatchObject({ summary: { outcome: 'cancelled', attempts: 1 } });
    expect(call.ends).toHaveLength(1);
  });

  it('is not handed over again when its dispatcher dies', async () => {
    const first = await ingress.dispatcher('d1');
    const call = await ingress.call();
    (await first.runs.next()).say([attempt('d1')]);
    const second = await ingress.dispatcher('d2');
    await first.watched();
    call.leave();
    await first.controls.next();
    await first.die();
    expect(await call.ended).toMatchObject({ summary: { outcome: 'cancelled' } });
    expect(await second.runs.after(50)).toEqual([]);
  });
});

describe('a caller that is slow', () => {
  it('has its dispatcher know how much it has taken', async () => {
    const { runs, controls } = await ingress.dispatcher('d1');
    const call = await ingress.call({ reading: false });
    const run = await runs.next();
    const pieces = Array.from({ length: 60 }, () => data('x'.repeat(512 * 1024)));
    run.say([attempt('d1'), head(), ...pieces]);
    const incoming = await call.head;
    let credited = 0;
    for (const given of await controls.after(500)) if (given.do === 'credit') credited += given.bytes;
    // What the buffers on the way hold, and no more.
    expect(credited).toBeLessThan((60 * 512 * 1024) / 2);
    incoming.resume();
    while (credited < 60 * 512 * 1024) {
      const next = await controls.next();
      if (next.do === 'credit') credited += next.bytes;
    }
    expect(credited).toBe(60 * 512 * 1024);
    run.say([end()]);
    expect(await call.ended).toMatchObject({ deliveredBytes: 60 * 512 * 1024 });
  });
});
