import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startOtlpReceiver, type OtlpReceiver } from '../support/otlp.js';
import { startSimulatedGateway, type SimulatedGateway } from '../support/simulated-gateway.js';

const PROMPT = 'the-axolotl-knows-the-launch-code';
const COOKIE = 'session-of-the-axolotl';

let collector: OtlpReceiver;
let echo: Server;
let backend: SimulatedGateway;
/** All that callers were given, headers included. */
const answers: string[] = [];

beforeAll(async () => {
  collector = await startOtlpReceiver();
  echo = createServer(answerWithAllItGot);
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  const address = echo.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  backend = await startSimulatedGateway({
    openAiChannels: { echo: `http://127.0.0.1:${port}/v1` },
    env: {
      BREAKWATER_LOG_LEVEL: 'trace',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '50',
    },
  });
}, 60_000);

afterAll(async () => {
  await backend.stop();
  await collector.close();
  echo.closeAllConnections();
  echo.close();
  await once(echo, 'close');
}, 60_000);

/** A provider that gives back what it was sent: in its error, in its headers, and in an error inside a stream. */
function answerWithAllItGot(request: IncomingMessage, response: ServerResponse): void {
  const key = String(request.headers.authorization);
  const message = `Incorrect API key provided: ${key}, ${encodeURIComponent(key)}.`;
  const error = JSON.stringify({ error: { message, type: 'invalid_request_error', code: key, param: key } });
  request.resume().once('end', () => {
    const streamed = request.headers.accept === 'text/event-stream';
    const headers = { 'content-type': streamed ? 'text/event-stream' : 'application/json', 'x-request-id': key };
    response.writeHead(streamed ? 200 : 400, headers);
    const chunk = { model: key, choices: [{ index: 0, delta: { content: 'so' }, finish_reason: null }] };
    response.end(streamed ? `data: ${JSON.stringify(chunk)}\n\ndata: ${error}\n\n` : error);
  });
}

interface Asked {
  readonly model: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly more?: object;
}

async function ask({ model, path = '/v1/chat/completions', headers = {}, more = {} }: Asked): Promise<Response> {
  const response = await fetch(backend.gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${backend.gateway.key}`, ...headers },
    body: JSON.stringify({ model, max_tokens: 50, messages: [{ role: 'user', content: PROMPT }], ...more }),
  });
  const text = await response.clone().text();
  // What a provider says in an answer that succeeds passes through as it is.
  answers.push(JSON.stringify([...response.headers]), text.replaceAll(/"model":"Bearer [^"]*"/g, ''));
  return response;
}

/** As they are, and as a careless hand would disguise them. */
function formsOf(secret: string): readonly string[] {
  return [secret, Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')];
}

describe('a provider', () => {
  const strange = {
    cookie: COOKIE,
    'x-api-key-extra': COOKIE,
    'x-user-id': COOKIE,
    'x-litellm-custom-host': '127.0.0.1:1',
    'x-portkey-custom-host': 'http://127.0.0.1:1',
    'x-portkey-base-url': 'http://127.0.0.1:1',
    'x-forward-proxy': 'http://127.0.0.1:1',
    'x-forwarded-host': '127.0.0.1:1',
    'x-forwarded-for': COOKIE,
    forwarded: 'host=127.0.0.1:1',
    'x-original-url': 'http://127.0.0.1:1/',
    'openai-organization': COOKIE,
    'openai-project': COOKIE,
    'nats-msg-id': COOKIE,
    'x-breakwater-route': 'text',
    'x-request-id': COOKIE,
    baggage: COOKIE,
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
    tracestate: COOKIE,
    'user-agent': COOKIE,
    referer: COOKIE,
  };
  const plain = ['accept', 'accept-encoding', 'connection', 'content-length', 'content-type', 'host'];

  it.each([
    ['/v1/chat/completions', 'gpt', 'openai-primary', ['authorization']],
    ['/v1/chat/completions', 'claude', 'anthropic-primary', ['anthropic-version', 'x-api-key']],
    ['/v1/messages', 'gpt', 'openai-primary', ['authorization']],
    ['/v1/messages', 'claude', 'anthropic-primary', ['anthropic-beta', 'anthropic-version', 'x-api-key']],
  ] as const)('gets from %s to %s its own key, and no header of the caller’s but those it knows', async (...row) => {
    const [path, model, channel, own] = row;
    const known = { 'anthropic-version': '2023-06-01', 'anthropic-beta': 'context-1m-2025-08-07' };
    expect((await ask({ path, model, headers: { ...strange, ...known } })).status).toBe(200);
    const call = backend.simulator.calls().at(-1);
    const headers = call?.request.headers ?? {};
    expect(call?.channel).toBe(channel);
    expect(Object.keys(headers).toSorted()).toEqual([...plain, ...own].toSorted());
    expect(headers['x-api-key'] ?? headers.authorization?.slice('Bearer '.length)).toBe(backend.providerKey);
    const wire = JSON.stringify(headers) + String(call?.request.body);
    for (const foreign of [COOKIE, backend.gateway.key, '127.0.0.1:1"', 'default', 'first'])
      expect(wire).not.toContain(foreign);
  });

  it('is told nothing of who asks', async () => {
    await ask({ model: 'gpt', more: { user: 'given-by-the-caller' } });
    const { request } = backend.simulator.calls().at(-1) ?? {};
    expect(JSON.parse(String(request?.body))).toEqual({
      model: 'gpt-1',
      max_tokens: 50,
      messages: [{ role: 'user', content: PROMPT }],
      user: 'given-by-the-caller',
    });
  });
});

describe('a secret', () => {
  it('that a provider gives back in an error goes no further', async () => {
    const refused = await ask({ model: 'echo' });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('[redacted]')]);
    const streamed = await ask({ model: 'echo', more: { stream: true } });
    expect(await streamed.text()).toContain('stream_interrupted');
    const crossed = await ask({ model: 'echo', path: '/v1/messages' });
    expect([crossed.status, await crossed.text()]).toEqual([400, expect.stringContaining('[redacted]')]);
  });

  it('is in no answer, log, trace, ledger, journal or stream', async () => {
    backend.simulator.setFault({ channel: 'openai-primary', kind: 'unauthorized' });
    for (const more of [
      {},
      { stream: true },
      { temperature: 'hot' },
      { messages: [{ role: PROMPT }] },
      { tools: PROMPT },
    ])
      await ask({ model: 'gpt', more });
    backend.simulator.clearFaults();
    for (const authorization of [`Bearer ${backend.gateway.key}x`, `Basic ${backend.gateway.key}`])
      await ask({ model: 'gpt', headers: { authorization } });
    await ask({ model: 'gpt', path: `/v1/${PROMPT}?key=${backend.gateway.key}` });
    await collector.until(() => (collector.spans.some(({ name }) => name === 'ledger.apply') ? true : undefined));

    const places = new Map<string, string>();
    for (const name of backend.gateway.names) {
      places.set(`log of ${name}`, backend.gateway.logs(name));
      places.set(`argv of ${name}`, await readFile(`/proc/${backend.gateway.pid(name)}/cmdline`, 'latin1'));
    }
    places.set('traces', Buffer.concat(collector.requests.map(({ body }) => body)).toString('latin1'));
    const { stateDirectory } = backend.gateway;
    for await (const file of glob('**/*', { cwd: stateDirectory, withFileTypes: true })) {
      if (!file.isFile() || file.parentPath.includes('compile-cache')) continue;
      places.set(file.name, await readFile(join(file.parentPath, file.name), 'latin1'));
    }
    expect([...places.keys()]).toEqual(
      expect.arrayContaining(['ledger.sqlite', 'ingress.ndjson', 'dispatch-1.ndjson', 'keys.yaml']),
    );

    const nowhere = [...formsOf(backend.gateway.key), ...formsOf(backend.providerKey), ...formsOf(PROMPT), COOKIE];
    const found = [...places].flatMap(([place, text]) =>
      nowhere.filter((form) => text.includes(form)).map(() => place),
    );
    expect(found).toEqual([]);
    const never = [...formsOf(backend.providerKey), backend.gateway.key, COOKIE];
    expect(answers.filter((answer) => never.some((form) => answer.includes(form)))).toEqual([]);
  });
});
