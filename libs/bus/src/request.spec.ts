import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/kernel';
import { Inbox, startBroker, type TestBroker } from './bus.fixture.js';
import type { Bus } from './connection.js';
import { answer, ask, listen, tell } from './request.js';

let broker: TestBroker;
let asker: Bus;
let answerer: Bus;
beforeAll(async () => {
  broker = await startBroker();
  [asker, answerer] = await Promise.all([broker.connect('asker'), broker.connect('answerer')]);
});
afterAll(() => broker.stop());

async function serve(subject: string, handler: (request: unknown) => unknown, on = answerer): Promise<void> {
  answer(on, subject, 'servers', handler);
  await on.nats.flush();
}

describe('ask and answer', () => {
  it('carries a request there and its answer back', async () => {
    await serve('echo', async (request) => ({ request }));
    expect(await ask(asker, 'echo', { text: 'é\u{1f600}', list: [1, null] }, 1000)).toEqual({
      request: { text: 'é\u{1f600}', list: [1, null] },
    });
    expect(await ask(asker, 'echo', 0, 1000)).toEqual({ request: 0 });
  });

  it("carries the answerer's own error with all that may be known of it", async () => {
    const error = new GatewayError('overloaded', 'full; try again', { retryAfterMs: 1500, field: 'model' });
    await serve('refuse', () => {
      throw error;
    });
    const asked = ask(asker, 'refuse', {}, 1000);
    await expect(asked).rejects.toBeInstanceOf(GatewayError);
    await expect(asked).rejects.toMatchObject(error.describe());
  });

  it('tells nothing of any other failure', async () => {
    await serve('fail', () => Promise.reject(new Error('password hunter2')));
    const failure: unknown = await ask(asker, 'fail', {}, 1000).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'internal_error' });
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });

  it('says so when an answer cannot be sent', async () => {
    await serve('huge', () => 'x'.repeat(9 * 1024 * 1024));
    await serve('not-json', () => 1n);
    await expect(ask(asker, 'huge', {}, 2000)).rejects.toMatchObject({ code: 'internal_error' });
    await expect(ask(asker, 'not-json', {}, 2000)).rejects.toMatchObject({ code: 'internal_error' });
  });

  it('fails at once where nobody serves the subject', async () => {
    const began = performance.now();
    await expect(ask(asker, 'nobody', {}, 5000)).rejects.toMatchObject({
      code: 'not_ready',
      message: 'nobody: nobody serves it',
      retryAfterMs: 1000,
    });
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it('fails in time where nobody answers', async () => {
    await serve('silent', () => new Promise(() => undefined));
    await expect(ask(asker, 'silent', {}, 60)).rejects.toMatchObject({
      code: 'not_ready',
      message: 'silent: no answer within 60 ms',
    });
  });

  it('fails, and does not hang, on a connection that was closed', async () => {
    const closed = await broker.connect('closed');
    await closed.nats.close();
    await expect(ask(closed, 'echo', {}, 1000)).rejects.toMatchObject({ code: 'not_ready' });
  });

  it('asks one of a queue group', async () => {
    const heard = new Inbox<string>();
    const second = await broker.connect('second');
    await serve('share', () => heard.take('first'));
    await serve('share', () => heard.take('second'), second);
    for (let n = 0; n < 20; n += 1) await ask(asker, 'share', {}, 1000);
    expect(heard.items).toHaveLength(20);
    expect(new Set(heard.items)).toEqual(new Set(['first', 'second']));
  });

  it('goes on after a request that is not JSON', async () => {
    await serve('strict', () => 'fine');
    const reply = await asker.nats.request('strict', 'not json', { timeout: 1000 });
    expect(reply.json()).toMatchObject({ error: { code: 'internal_error' } });
    expect(await ask(asker, 'strict', {}, 1000)).toBe('fine');
  });
});

describe('tell and listen', () => {
  it('reaches every listener', async () => {
    const heard = [new Inbox<object>(), new Inbox<object>()];
    for (const inbox of heard) listen<object>(answerer, 'news', inbox.take);
    await answerer.nats.flush();
    tell(asker, 'news', { n: 1 });
    tell(asker, 'news', [2]);
    for (const inbox of heard) expect(await inbox.count(2)).toEqual([{ n: 1 }, [2]]);
  });

  it('goes on after garbage, and after a listener that throws', async () => {
    const heard = new Inbox<object>();
    listen<{ readonly bad?: true }>(answerer, 'mixed', (message) => {
      if (message.bad) throw new Error('a listener that cannot take this');
      heard.take(message);
    });
    await answerer.nats.flush();
    for (const garbage of ['', 'not json', '7', 'null']) asker.nats.publish('mixed', garbage);
    tell(asker, 'mixed', { bad: true });
    tell(asker, 'mixed', { n: 1 });
    expect(await heard.count(1)).toEqual([{ n: 1 }]);
  });
});
