import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startDispatcher, type TestDispatcher } from './dispatcher.fixture.js';
import { completion, DONE, event, finish, json, role, stream, token } from './provider.fixture.js';

let dispatcher: TestDispatcher;
beforeEach(async () => (dispatcher = await startDispatcher()));
afterEach(() => dispatcher.close());

describe('an answer that only says no', () => {
  const filtered = completion.replace('"stop"', '"content_filter"').replace('"Hello"', '""');
  const refusal = role + event({}, 'content_filter') + DONE;
  const refuse = (name: 'a' | 'b', streamed: boolean): void =>
    dispatcher.providers[name].answerWith((response) => {
      if (streamed) stream(response).end(refusal);
      else json(response, 200, filtered);
    });
  const accept = (streamed: boolean): void =>
    dispatcher.providers.b.answerWith((response) => {
      if (streamed) stream(response).end(role + token('Hello') + finish);
      else json(response, 200, completion);
    });
  const ways = [
    ['unstreamed', { stream: false }, {}],
    ['live', { stream: true }, {}],
    ['committed', { stream: true }, { delivery: 'committed' }],
  ] as const;

  it.each(ways)('is the answer, %s', async (_name, way, conduct) => {
    refuse('a', way.stream);
    accept(way.stream);
    const { call, text, summary } = dispatcher.newCall({ ...way, conduct });
    await dispatcher.run(call);
    expect(text()).toContain('content_filter');
    expect(summary()).toMatchObject({ outcome: 'ok', attempts: 1 });
  });

  it.each(ways)('makes room for the next target where the route says so, %s', async (_name, way, conduct) => {
    refuse('a', way.stream);
    accept(way.stream);
    const { call, text, summary } = dispatcher.newCall({ ...way, conduct: { ...conduct, fallbackOn: ['refused'] } });
    await dispatcher.run(call);
    expect(text()).toContain('Hello');
    expect(text()).not.toContain('content_filter');
    expect(summary()).toMatchObject({ outcome: 'ok', attempts: 2, channel: 'b' });
    expect(call.failures).toMatchObject([{ target: 'm@a', fault: 'refused', tried: true }]);
    expect(dispatcher.health.stateOf('m@a').phase).toBe('closed');
    expect(dispatcher.memory.held).toBe(0);
  });

  it.each(ways)('is still the answer where nobody has a better one, %s', async (_name, way, conduct) => {
    refuse('a', way.stream);
    dispatcher.providers.b.answerWith((response) => json(response, 500, '{}'));
    const { call, text, summary } = dispatcher.newCall({ ...way, conduct: { ...conduct, fallbackOn: ['refused'] } });
    await dispatcher.run(call);
    expect(text()).toContain('content_filter');
    expect(summary()).toMatchObject({ outcome: 'ok', attempts: 2, channel: 'a' });
    expect(dispatcher.memory.held).toBe(0);
  });
});

describe('a request that a provider rejects inside an answer of status 200', () => {
  const body = '{"error":{"message":"at most 8192 tokens","code":"context_length_exceeded"}}';
  it.each([
    ['unstreamed', false, (response: ServerResponse): void => json(response, 200, body)],
    ['in a stream', true, (response: ServerResponse): void => void stream(response).end(`data: ${body}\n\n`)],
    ['instead of a stream', true, (response: ServerResponse): void => json(response, 200, body)],
  ] as const)('is an error for its caller, %s', async (_name, streamed, behave) => {
    for (const provider of Object.values(dispatcher.providers)) provider.answerWith(behave);
    const { call, frames, summary } = dispatcher.newCall({ stream: streamed });
    await dispatcher.run(call);
    expect(frames.at(-1)).toMatchObject({ type: 'whole', head: { status: 400 } });
    expect(summary()).toMatchObject({ outcome: 'failed', errorCode: 'provider_rejected' });
  });
});

describe('a call whose targets are all', () => {
  it('full is told so, and when to come back', async () => {
    for (const target of ['m@a', 'm@b']) {
      const record = dispatcher.stats.of(target);
      const { need } = dispatcher.newCall().call;
      const place = record.begin(need, Date.now());
      const limits = [{ kind: 'requests', limit: 100, remaining: 0, resetMs: 60_000 }] as const;
      const past = { outcome: 'ok', committed: false, sent: true, limits, durationMs: 1 } as const;
      record.end(place, past, Date.now());
    }
    const { call, text, summary } = dispatcher.newCall();
    await dispatcher.run(call);
    expect(summary()).toMatchObject({ outcome: 'failed', errorCode: 'targets_rate_limited', attempts: 0 });
    expect(text()).toContain('m@a: rate_limited, m@b: rate_limited');
  });
});

describe('an answer to be gone on with', () => {
  const said = Array.from({ length: 60 }, (_, n) => `word${n * n}`).join(' ');
  const cut = (): void =>
    dispatcher.providers.a.answerWith((response) =>
      stream(response).write(role + token(said), () => setTimeout(() => response.destroy(), 20)),
    );
  const conduct = { delivery: 'continued' } as const;

  it('is interrupted where the only other target begins anew and tells so at its end, and that is asked once', async () => {
    cut();
    dispatcher.providers.b.answerWith((response) => {
      stream(response).end(role + token(`${said.slice(0, 300)} or rather about the sea`) + finish);
    });
    const { call, text, summary } = dispatcher.newCall({ conduct, totalMs: 3000 });
    await dispatcher.run(call);
    expect(dispatcher.providers.b.paths).toHaveLength(1);
    expect(summary()).toMatchObject({ outcome: 'interrupted', attempts: 2, continuations: 1 });
    expect(text()).not.toContain('the sea');
    expect(text()).not.toContain('[DONE]');
  });

  it('counts nobody who was not there to go on', async () => {
    cut();
    const { call, summary } = dispatcher.newCall({ conduct, tiers: [['m@a']] });
    await dispatcher.run(call);
    expect(summary()).toMatchObject({ outcome: 'interrupted', attempts: 1 });
    expect(summary()?.continuations).toBeUndefined();
  });
});
