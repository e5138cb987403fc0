import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startSimulatedGateway, type SimulatedGateway } from '../support/simulated-gateway.js';
import { eventually } from './eventually.fixture.js';

let backend: SimulatedGateway;

beforeAll(async () => {
  backend = await startSimulatedGateway({ env: { BREAKWATER_MAX_BODY: '2048' } });
}, 60_000);

afterEach(() => backend.simulator.clearFaults());

afterAll(async () => backend.stop(), 60_000);

interface Asked {
  readonly model?: string;
  readonly stream?: boolean;
  readonly key?: string;
  readonly more?: object;
  readonly path?: string;
}

const surfaces = [
  { name: 'OpenAI', path: '/v1/chat/completions', idHeader: 'x-request-id' },
  { name: 'Anthropic', path: '/v1/messages', idHeader: 'request-id' },
] as const;

const undecided = { attempts: '0', model: 'none', version: 'none', channel: 'none' };
const unsubstituted = { substitution: 'none', 'substitution-reason': 'none' };
const byPrimary = { attempts: '1', model: 'gpt', version: 'gpt-1', channel: 'openai-primary' };

describe.each(surfaces)('the decision headers of the $name surface', (surface) => {
  async function ask({ model = 'gpt', stream = false, key = backend.gateway.key, more = {}, path }: Asked) {
    const messages = [{ role: 'user', content: 'hi' }];
    const response = await fetch(backend.gateway.url + (path ?? surface.path), {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${key}`,
        'anthropic-version': '2023-06-01',
      },
      body: JSON.stringify({ model, stream, max_tokens: 100, messages, ...more }),
    });
    await response.text();
    return { status: response.status, decision: decisionOf(response.headers) };
  }

  /** All there are, without their common beginning; the request's id must be the one that the SDK reads. */
  function decisionOf(headers: Headers): Readonly<Record<string, string>> {
    const { 'request-id': id, ...decision } = Object.fromEntries(
      [...headers].flatMap(([name, value]) => (name.startsWith('x-breakwater-') ? [[name.slice(13), value]] : [])),
    );
    expect(id).toMatch(/^req_[0-9a-f]{32}$/);
    return decision;
  }

  /** What failed in the test before is doubted for a moment. */
  beforeEach(() =>
    eventually('an answer of the primary', async () =>
      (await ask({})).decision['channel'] === 'openai-primary' ? true : undefined,
    ),
  );

  it.each([false, true])('tell who answered, streamed: %s', async (stream) => {
    const expected = { route: 'gpt', revision: '1', ...byPrimary, ...unsubstituted };
    expect(await ask({ stream })).toEqual({ status: 200, decision: expected });
  });

  it('name the request as the SDK does', async () => {
    const { headers } = await fetch(`${backend.gateway.url}${surface.path}`, { method: 'POST' });
    expect(headers.get(surface.idHeader)).toBe(headers.get('x-breakwater-request-id'));
  });

  it.each([false, true])('tell of a failover to another channel, streamed: %s', async (stream) => {
    backend.simulator.setFault({ channel: 'openai-primary', kind: 'overloaded' });
    const expected = { route: 'gpt', revision: '1', ...byPrimary, attempts: '2', channel: 'openai-backup' };
    expect(await ask({ stream })).toEqual({ status: 200, decision: { ...expected, ...unsubstituted } });
  });

  it.each([false, true])('tell of a substitution and why, streamed: %s', async (stream) => {
    backend.simulator.setFault({ channel: 'openai-primary', kind: 'overloaded' });
    backend.simulator.setFault({ channel: 'openai-backup', kind: 'server-error' });
    expect(await ask({ stream })).toEqual({
      status: 200,
      decision: {
        route: 'gpt',
        revision: '1',
        attempts: '3',
        model: 'claude',
        version: 'claude-1',
        channel: 'anthropic-primary',
        substitution: 'gpt -> claude',
        'substitution-reason': 'provider_error',
      },
    });
  });

  it.each([false, true])('tell the version that the provider reports, streamed: %s', async (stream) => {
    backend.simulator.setFault({ channel: 'openai-primary', kind: 'wrong-model', reported: 'gpt-1-2026-01-01' });
    expect((await ask({ stream })).decision).toMatchObject({ ...byPrimary, version: 'gpt-1-2026-01-01' });
  });

  const wide = { more: { metadata: { padding: 'x'.repeat(4000) } } };

  it.each<readonly [name: string, asked: Asked, status: number, route: string]>([
    ['a wrong parameter', { more: { nonsense: 1 } }, 400, 'none'],
    ['a wrong key', { key: 'wrong' }, 401, 'none'],
    ['a model that may not', { model: 'text', more: { tools: [{}] } }, 403, 'text'],
    ['a route that the key may not use', { key: 'narrow', model: 'claude' }, 403, 'claude'],
    ['a route that is not there', { model: 'nobody' }, 404, 'none'],
    ['a path that is not there', { path: '/v1/nowhere' }, 404, 'none'],
    ['a body that is too large', wide, 413, 'none'],
  ])('stand on an error before the call: %s', async (_name, asked, status, route) => {
    const key = asked.key === 'narrow' ? backend.narrowKey : (asked.key ?? backend.gateway.key);
    for (const stream of [false, true]) {
      const expected = { route, revision: '1', ...undecided, ...unsubstituted };
      expect(await ask({ ...asked, key, stream })).toEqual({ status, decision: expected });
    }
  });

  it.each([
    ['bad-request', 'gpt-alone', 400, '1'],
    // The same target once more, where the model has no other.
    ['server-error', 'gpt-alone', 503, '2'],
    ['rate-limit', surface.name === 'OpenAI' ? 'gpt-limited' : 'claude-limited', 429, '1'],
  ] as const)('stand on an error that a provider caused: %s', async (kind, model, status, attempts) => {
    backend.simulator.setFault({ channel: '*', kind });
    const expected = { route: model, revision: '1', ...undecided, attempts, ...unsubstituted };
    expect(await ask({ model })).toEqual({ status, decision: expected });
  });

  it('stand before a stream that breaks', async () => {
    backend.simulator.setFault({ channel: 'openai-primary', kind: 'error-event', afterTokens: 2 });
    const expected = { route: 'gpt', revision: '1', ...byPrimary, ...unsubstituted };
    expect(await ask({ stream: true })).toEqual({ status: 200, decision: expected });
  });

  it('stand on the list of routes', async () => {
    const response = await fetch(`${backend.gateway.url}/v1/models`, {
      headers: {
        'x-api-key': backend.gateway.key,
        ...(surface.name === 'Anthropic' ? { 'anthropic-version': 'x' } : {}),
      },
    });
    expect(decisionOf(response.headers)).toEqual({ route: 'none', revision: '1', ...undecided, ...unsubstituted });
    expect(response.headers.get(surface.idHeader)).toBe(response.headers.get('x-breakwater-request-id'));
  });
});

describe('the decision headers of a gateway that lacks a part', () => {
  it.each([
    ['dispatch-1', 'no_dispatcher'],
    ['policy', 'no_policy'],
  ])(
    'stand on the 503 while %s is gone',
    async (name, code) => {
      await backend.gateway.kill(name, 'SIGKILL');
      // A plan that policy gave before holds for a second.
      const response = await eventually('a refusal', async () => {
        const answered = await fetch(`${backend.gateway.url}/v1/chat/completions`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-api-key': backend.gateway.key },
          body: JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'hi' }] }),
        });
        return answered.status === 200 ? undefined : answered;
      });
      expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await response.json()).toMatchObject({ error: { code } });
      for (const [header, value] of Object.entries({ route: 'gpt', revision: '1', ...undecided, ...unsubstituted }))
        expect([header, response.headers.get(`x-breakwater-${header}`)]).toEqual([header, value]);
      await backend.gateway.restart(name);
    },
    20_000,
  );
});
