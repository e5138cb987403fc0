import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defaultConduct, type Plan, type Surface } from '#libs/contracts';
import { GatewayError } from '#libs/kernel';
import { arrival, startCallerSide, type CallerSide, type TestCaller } from './caller.fixture.js';
import { CallerStream } from './caller-stream.js';

const eventStream = { status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' } };
const json = { status: 200, headers: { 'content-type': 'application/json', 'x-breakwater-route': 'fast' } };
const plan: Plan = {
  revision: 7,
  route: 'fast',
  model: 'gpt-5',
  tiers: [],
  deadlines: { connect: 1, firstToken: 1, interToken: 1, attempt: 1, total: 1 },
  conduct: defaultConduct,
};

let side: CallerSide;
beforeEach(async () => (side = await startCallerSide()));
afterEach(() => side.close());

interface Open {
  readonly caller: TestCaller;
  readonly stream: CallerStream;
  readonly taken: number[];
  readonly left: () => number;
}

async function open(surface: Surface = 'openai-chat', reading = true): Promise<Open> {
  const caller = await side.call(reading);
  const taken: number[] = [];
  let left = 0;
  const events = { taken: (bytes: number) => void taken.push(bytes), left: () => void (left += 1) };
  return {
    caller,
    stream: new CallerStream(arrival('req_1', surface), caller.response, events),
    taken,
    left: () => left,
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

describe('CallerStream', () => {
  it('gives a whole answer with its length, its headers and its ids', async () => {
    const { caller, stream, left } = await open();
    stream.whole(json, Buffer.from('{"ok":true}'));
    const head = await caller.head;
    expect(head.statusCode).toBe(200);
    expect(head.headers).toMatchObject({
      ...json.headers,
      'content-length': '11',
      'x-breakwater-request-id': 'req_1',
      'x-request-id': 'req_1',
    });
    expect(await caller.body).toBe('{"ok":true}');
    expect(stream).toMatchObject({ status: 200, deliveredBytes: 11 });
    expect(stream.firstByteMs).toBeGreaterThanOrEqual(0);
    expect(left()).toBe(0);
  });

  it('names the request as the SDK of its surface expects', async () => {
    const { caller, stream } = await open('anthropic-messages');
    stream.whole(json, Buffer.from('{}'));
    expect((await caller.head).headers).toMatchObject({ 'request-id': 'req_1', 'x-breakwater-request-id': 'req_1' });
  });

  it('passes a stream on as it comes, and lets nobody in between hold it up', async () => {
    const { caller, stream } = await open();
    stream.head(eventStream);
    stream.write(Buffer.from('data: 1\n\n'));
    const head = await caller.head;
    expect(head.headers).toMatchObject({ 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
    expect(head.headers['content-length']).toBeUndefined();
    stream.write(Buffer.from('data: 2\n\n'));
    stream.end();
    stream.end();
    expect(await caller.body).toBe('data: 1\n\ndata: 2\n\n');
    expect(stream.deliveredBytes).toBe(18);
  });

  it('gives credit in large pieces, for no more than was taken', async () => {
    const { caller, stream, taken } = await open();
    stream.head(eventStream);
    for (let n = 0; n < 100; n += 1) {
      stream.write(Buffer.alloc(1000));
      await turn();
    }
    stream.end();
    await caller.body;
    expect(sum(taken)).toBeLessThanOrEqual(100_000);
    expect(sum(taken)).toBeGreaterThan(100_000 - 64 * 1024);
    expect(taken.every((bytes) => bytes >= 1000)).toBe(true);
    expect(taken.length).toBeLessThan(5);
  });

  it('gives no credit for what a slow caller has not taken, and all of it once it has', async () => {
    const { caller, stream, taken } = await open('openai-chat', false);
    stream.head(eventStream);
    const piece = Buffer.alloc(1024 * 1024);
    // More than all buffers on the way hold together.
    for (let n = 0; n < 30; n += 1) stream.write(piece);
    const head = await caller.head;
    await turn();
    expect(sum(taken)).toBe(0);
    const drained = once(caller.response, 'drain');
    head.resume();
    await drained;
    expect(sum(taken)).toBe(30 * piece.byteLength);
  });

  it.each(['openai-chat', 'anthropic-messages'] as const)('refuses in the shape of %s', async (surface) => {
    const { caller, stream } = await open(surface);
    stream.error(new GatewayError('no_dispatcher', 'none; try again', { retryAfterMs: 1200 }), plan);
    const head = await caller.head;
    expect(head.statusCode).toBe(503);
    expect(head.headers).toMatchObject({
      'content-type': 'application/json',
      'retry-after': '2',
      'x-breakwater-route': 'fast',
      'x-breakwater-revision': '7',
      'x-breakwater-attempts': '0',
    });
    expect(JSON.parse(await caller.body)).toMatchObject({
      error: { message: 'none; try again', code: 'no_dispatcher' },
    });
    expect(stream.status).toBe(503);
  });

  it('ends an interrupted stream with its error event', async () => {
    const { caller, stream, left } = await open();
    stream.head(eventStream);
    stream.write(Buffer.from('data: 1\n\n'));
    stream.interrupt(Buffer.from('event: error\n\n'));
    expect(await caller.body).toBe('data: 1\n\nevent: error\n\n');
    expect(left()).toBe(0);
  });

  it('cuts an interrupted answer that has no place for an error', async () => {
    const { caller, stream } = await open();
    stream.head(json);
    stream.write(Buffer.from('{"half":'));
    await caller.head;
    stream.interrupt(Buffer.from('never seen'));
    await expect(caller.body).rejects.toThrow('aborted');
  });

  it.each([false, true])('tells once that the caller left, also within an answer (%p)', async (within) => {
    const { caller, stream, left } = await open();
    if (within) {
      stream.head(eventStream);
      stream.write(Buffer.from('data: 1\n\n'));
      await caller.head;
    }
    caller.leave();
    await once(caller.response, 'close');
    expect(left()).toBe(1);
    stream.end();
    expect(left()).toBe(1);
  });

  it('tells of a caller that had left before', async () => {
    const caller = await side.call();
    caller.leave();
    await once(caller.response, 'close');
    const told = Promise.withResolvers<void>();
    void new CallerStream(arrival(), caller.response, { taken: () => undefined, left: told.resolve });
    await expect(told.promise).resolves.toBeUndefined();
  });
});

describe('a caller that is kept waiting', () => {
  const pending = { ...eventStream, headers: { ...eventStream.headers, 'x-breakwater-model': 'pending' } };
  const decided = { ...eventStream, headers: { ...eventStream.headers, 'x-breakwater-model': 'gpt-5' } };

  it('has its head at once, and learns from a comment what that could not say', async () => {
    const { caller, stream } = await open();
    stream.hold({ ...pending, held: true });
    const head = await caller.head;
    expect(head.headers).toMatchObject({ 'x-breakwater-model': 'pending', 'x-request-id': 'req_1' });
    stream.hold({ ...pending, held: true });
    stream.write(Buffer.from(': keep-alive\n\n'));
    stream.head(decided);
    stream.write(Buffer.from('data: 1\n\n'));
    stream.end();
    const comment = ': breakwater {"x-breakwater-model":"gpt-5"}\n\n';
    expect(await caller.body).toBe(`: keep-alive\n\n${comment}data: 1\n\n`);
    expect(stream.deliveredBytes).toBe((await caller.body).length);
  });

  it('has an answer that comes whole in the stream that it waits at', async () => {
    const { caller, stream } = await open();
    stream.hold(pending);
    stream.whole(decided, Buffer.from('data: 1\n\n'));
    expect(await caller.body).toBe(': breakwater {"x-breakwater-model":"gpt-5"}\n\ndata: 1\n\n');
    expect(stream.status).toBe(200);
  });

  it.each([
    ['openai-chat', 'data: '],
    ['anthropic-messages', 'event: error\ndata: '],
  ] as const)('has an error as the event of %s', async (surface, prefix) => {
    const refusal = { status: 503, headers: { 'content-type': 'application/json', 'retry-after': '2' } };
    const first = await open(surface);
    first.stream.hold(pending);
    first.stream.whole(refusal, Buffer.from('{"error":{}}'));
    expect(await first.caller.body).toBe(`: breakwater {"retry-after":"2"}\n\n${prefix}{"error":{}}\n\n`);
    const second = await open(surface);
    second.stream.hold(pending);
    second.stream.error(new GatewayError('no_dispatcher', 'none; try again'), plan);
    expect(await second.caller.body).toContain(`"x-breakwater-route":"fast"`);
    expect(await second.caller.body).toContain(`\n\n${prefix}{`);
    expect(second.stream.status).toBe(200);
  });
});
