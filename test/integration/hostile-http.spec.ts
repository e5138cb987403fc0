import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isJsonObject, parseJson } from '#libs/kernel';
import { sendRaw, type RawAnswer } from '../support/raw-http.js';
import { startSimulatedGateway, type SimulatedGateway } from '../support/simulated-gateway.js';

const CHAT = '/v1/chat/completions';
const body = JSON.stringify({ model: 'gpt', messages: [{ role: 'user', content: 'hi' }] });
const JSON_TYPE = 'content-type: application/json';
const LENGTH = `content-length: ${body.length}`;
const CHUNKED = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;

let backend: SimulatedGateway;
let key: string;

beforeAll(async () => {
  backend = await startSimulatedGateway();
  key = `authorization: Bearer ${backend.gateway.key}`;
}, 60_000);

afterAll(async () => backend.stop(), 60_000);

/** A request written by hand, on a connection of its own. */
function send(start: string, headers: readonly string[], content = ''): Promise<RawAnswer> {
  const lines = [`${start} HTTP/1.1`, 'host: gateway', 'connection: close', ...headers];
  return sendRaw(backend.gateway.url, `${lines.join('\r\n')}\r\n\r\n${content}`);
}

const post = (...headers: readonly string[]) => send(`POST ${CHAT}`, [JSON_TYPE, LENGTH, ...headers], body);

function codeOf({ body: text }: RawAnswer): unknown {
  const parsed = parseJson(text);
  const error = isJsonObject(parsed) ? parsed['error'] : undefined;
  return isJsonObject(error) ? error['code'] : undefined;
}

/** What `act` leads to, and that no provider heard of it. */
async function unheard<Result>(act: () => Promise<Result>): Promise<Result> {
  const before = backend.simulator.calls().length;
  const result = await act();
  expect(backend.simulator.calls()).toHaveLength(before);
  return result;
}

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'SEARCH'];

const disguises = [
  `${CHAT}/`,
  `/${CHAT}`,
  `/.${CHAT}`,
  `/x/..${CHAT}`,
  '/v1/%63hat/completions',
  '/v1%2fchat/completions',
  '/v1/chat%2Fcompletions',
  `${CHAT};x`,
  `${CHAT}%00`,
  `${CHAT}%20`,
  `${CHAT}?key=x`,
  `${CHAT}#x`,
  CHAT.toUpperCase(),
  `http://elsewhere${CHAT}`,
  '/healthz/..%2fv1/models',
  '/healthz/',
  '/HEALTHZ',
  '//healthz',
  '/v1/models/gpt',
  '/metrics',
  '/',
];

describe('without a key', () => {
  it.each([CHAT, '/v1/messages', '/v1/models', '/v1/nothing'])('%s answers 401 to any method', async (path) => {
    for (const method of methods) {
      const answer = await unheard(() => send(`${method} ${path}`, [JSON_TYPE, 'content-length: 0']));
      expect([method, answer.status]).toEqual([method, 401]);
      expect(answer.headers).toMatchObject({ 'x-breakwater-request-id': expect.stringMatching(/^req_/) });
    }
  });

  it.each(disguises)('%s leads to no handler', async (path) => {
    for (const method of ['GET', 'POST']) {
      const answer = await unheard(() => send(`${method} ${path}`, [JSON_TYPE, LENGTH], body));
      expect([answer.status, codeOf(answer)]).toEqual([401, path.startsWith('/v1/messages') ? '' : 'missing_key']);
    }
  });

  it('an overridden method changes nothing', async () => {
    const overrides = ['x-http-method-override: GET', 'x-original-url: /healthz', 'x-rewrite-url: /healthz'];
    expect((await unheard(() => post(...overrides))).status).toBe(401);
  });

  it.each(['/%zz', '/v1/%', '/%c3%28'])('an address that cannot be read is a 400: %s', async (path) => {
    const answer = await unheard(() => send(`GET ${path}`, [key]));
    expect([answer.status, codeOf(answer)]).toEqual([400, 'invalid_value']);
    expect(answer.headers['x-breakwater-request-id']).toMatch(/^req_/);
  });

  it('health and readiness are open, and say no more than that', async () => {
    const health = await send('GET /healthz', []);
    const ready = await send('GET /readyz', []);
    expect([health.body, ready.body]).toEqual(['{"status":"ok"}', '{"status":"ready"}']);
  });
});

describe('a wrong key', () => {
  const wrongs: readonly (readonly [name: string, change: (right: string) => string])[] = [
    ['cut short', (right) => right.slice(0, -1)],
    ['too long', (right) => `${right}x`],
    ['with the right beginning', (right) => right.slice(0, 20) + 'A'.repeat(right.length - 20)],
    ['in another case', (right) => right.toUpperCase()],
    ['of 10 KB', () => 'k'.repeat(10_000)],
    ['an SQL injection', () => "'or'1'='1"],
    ['a glob', () => '*'],
    ['a NoSQL operator', () => '{"$ne":null}'],
    ['a property of every object', () => '__proto__'],
    ['a hash', () => 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ];

  it.each(wrongs)('%s is refused like any other', async (_name, change) => {
    const wrong = change(backend.gateway.key);
    const expected = codeOf(await post('authorization: Bearer nobody'));
    for (const header of [`authorization: Bearer ${wrong}`, `x-api-key: ${wrong}`]) {
      const answer = await unheard(() => post(header));
      expect([answer.status, codeOf(answer)]).toEqual([401, expected]);
      expect(answer.body).not.toContain(wrong);
    }
  });

  it.each([
    ['two Authorization headers, the good one first', ['GOOD', 'authorization: Bearer other']],
    ['two Authorization headers, the good one last', ['authorization: Bearer other', 'GOOD']],
    ['the same Authorization header twice', ['GOOD', 'GOOD']],
    ['two x-api-key headers', ['x-api-key: KEY', 'x-api-key: other']],
    ['a wrong bearer beside the right x-api-key', ['authorization: Bearer other', 'x-api-key: KEY']],
    ['an empty bearer', ['authorization: Bearer ']],
    ['another scheme', ['authorization: Basic KEY']],
  ])('%s is refused', async (_name, headers) => {
    const real = headers.map((line) => line.replace('GOOD', key).replace('KEY', backend.gateway.key));
    const answer = await unheard(() => post(...real));
    expect(answer.status).toBe(401);
  });

  it('a key of a megabyte is refused by its size', async () => {
    const answer = await unheard(() => post(`authorization: Bearer ${'k'.repeat(1_000_000)}`));
    expect([answer.status, codeOf(answer)]).toEqual([431, 'invalid_value']);
  });
});

describe('with the right key', () => {
  it.each([
    ['another method', `PUT ${CHAT}`, 405, 'method_not_allowed'],
    ['a method that nobody knows', `PROPFIND ${CHAT}`, 405, 'method_not_allowed'],
    ['a path that is not there', 'POST /v1/embeddings', 404, 'not_found'],
    ['a trailing slash', `POST ${CHAT}/`, 404, 'not_found'],
  ] as const)('%s is refused', async (_name, start, status, code) => {
    const answer = await unheard(() => send(start, [key, JSON_TYPE, LENGTH], body));
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
  });

  it.each([
    [`PUT ${CHAT}`, 'POST'],
    ['POST /v1/models', 'GET, HEAD'],
    ['DELETE /v1/models/gpt', 'GET, HEAD'],
    ['POST /healthz', 'GET, HEAD'],
  ])('%s learns that %s is allowed', async (start, allowed) => {
    const answer = await unheard(() => send(start, [key, JSON_TYPE, LENGTH], body));
    expect([answer.status, codeOf(answer), answer.headers['allow']]).toEqual([405, 'method_not_allowed', allowed]);
  });

  it.each([
    ['a length beside chunks', [LENGTH, 'transfer-encoding: chunked'], CHUNKED, 400],
    ['chunks beside a length', ['transfer-encoding: chunked', LENGTH], CHUNKED, 400],
    ['two lengths', [LENGTH, 'content-length: 5'], body, 400],
    ['a length below zero', ['content-length: -1'], body, 400],
    ['a length that is no number', ['content-length: 0x10'], body, 400],
    ['an unknown transfer encoding', ['transfer-encoding: chunked, x'], CHUNKED, 400],
    ['a chunk size that is no number', ['transfer-encoding: chunked'], 'zz\r\n', 400],
    ['a folded header', ['x-a: b\r\n c', LENGTH], body, 400],
    ['a space before the colon', ['x-a : b', LENGTH], body, 400],
    ['a NUL in a header', ['x-a: b\0c', LENGTH], body, 400],
    ['a lone line feed', ['x-a: b\nx-c: d', LENGTH], body, 400],
    ['two hosts', ['host: elsewhere', LENGTH], body, 400],
    ['a header of 16 KB', [`x-a: ${'a'.repeat(16_385)}`, LENGTH], body, 431],
    ['2,000 headers', [...Array.from({ length: 2000 }, (_, at) => `x-${at}: 1`), LENGTH], body, 431],
  ] as const)('%s is never two requests', async (_name, headers, content, status) => {
    const answer = await unheard(() => send(`POST ${CHAT}`, [key, JSON_TYPE, ...headers], content));
    expect([answer.status, answer.answers, codeOf(answer)]).toEqual([status, 1, 'invalid_value']);
    expect(answer.headers).toMatchObject({
      connection: 'close',
      'content-type': 'application/json',
      'x-breakwater-request-id': expect.stringMatching(/^req_/),
    });
  });

  it('a request without a host is refused', async () => {
    const lines = [`POST ${CHAT} HTTP/1.1`, key, JSON_TYPE, LENGTH, '', body];
    expect((await unheard(() => sendRaw(backend.gateway.url, lines.join('\r\n')))).status).toBe(400);
  });

  it('headers named like what every object has are just headers', async () => {
    const answer = await post(key, '__proto__: x', 'constructor: y', 'toString: z', 'hasOwnProperty: 1');
    expect(answer.status).toBe(200);
  });

  it('and after all that the gateway has logged nothing, and answers', async () => {
    expect((await post(key)).status).toBe(200);
    expect(backend.gateway.logs('ingress')).toBe('');
  });
});
