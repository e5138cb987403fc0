import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isJsonObject, parseJson, type JsonObject } from '#libs/kernel';
import { sendRaw } from '../support/raw-http.js';
import { startSimulatedGateway, type SimulatedGateway } from '../support/simulated-gateway.js';

let backend: SimulatedGateway;

beforeAll(async () => {
  backend = await startSimulatedGateway({ env: { BREAKWATER_MAX_BODY: String(4 * 1024 * 1024) } });
}, 60_000);

afterAll(async () => backend.stop(), 60_000);

const messages = [{ role: 'user', content: 'hi' }];
const tooMuch = [{ role: 'user', content: 'x'.repeat(20_000) }];

const surfaces = [
  {
    name: 'OpenAI',
    path: '/v1/chat/completions',
    valid: { model: 'gpt', messages },
    error: ({ error }: JsonObject) => {
      const { code, param, message, type } = isJsonObject(error) ? error : {};
      return { code, field: param ?? undefined, message, type };
    },
  },
  {
    name: 'Anthropic',
    path: '/v1/messages',
    valid: { model: 'claude', max_tokens: 50, messages },
    error: ({ type: outer, error, request_id }: JsonObject) => {
      const whole = outer === 'error' && typeof request_id === 'string' && isJsonObject(error);
      const { code, field, message, type } = whole ? error : {};
      return { code, field, message, type };
    },
  },
] as const;

type TestedSurface = (typeof surfaces)[number];

interface Sent {
  readonly body: string | Buffer | ReadableStream;
  readonly headers?: Record<string, string>;
}

async function post({ path, error }: TestedSurface, { body, headers = {} }: Sent) {
  const response = await fetch(backend.gateway.url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': backend.gateway.key, ...headers },
    body,
    duplex: 'half',
  });
  const parsed = parseJson(await response.text());
  const { status } = response;
  return { status, headers: response.headers, ...(status < 400 || !isJsonObject(parsed) ? {} : error(parsed)) };
}

const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

/** A valid body with members put before its own: text, so that it may hold what no object can. */
const withMembers = (valid: object, members: string): string => `{${members},${JSON.stringify(valid).slice(1)}`;

const texts: readonly (readonly [name: string, body: string | Buffer, status: number, code: string])[] = [
  ['nothing', '', 400, 'invalid_json'],
  ['white space', ' \n', 400, 'invalid_json'],
  ['half an object', '{', 400, 'invalid_json'],
  ['a missing value', '{"model":}', 400, 'invalid_json'],
  ['a comma too many', '{"model":"gpt",}', 400, 'invalid_json'],
  ['single quotes', "{'model':'gpt'}", 400, 'invalid_json'],
  ['two objects', '{}{}', 400, 'invalid_json'],
  ['NaN', '{"temperature":NaN}', 400, 'invalid_json'],
  ['a raw line feed in a string', '{"model":"g\npt"}', 400, 'invalid_json'],
  ['a broken escape', '{"model":"\\uD8"}', 400, 'invalid_json'],
  ['a number of a million digits', `{"seed":${'9'.repeat(1_000_000)}}`, 400, 'invalid_json'],
  ['a form', 'model=gpt', 400, 'invalid_json'],
  ['a byte order mark', '\ufeff{"model":"gpt"}', 400, 'invalid_json'],
  ['UTF-16', Buffer.from('{"model":"gpt"}', 'utf16le'), 400, 'invalid_json'],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d]), 400, 'invalid_json'],
  ['a list', '[]', 400, 'invalid_type'],
  ['null', 'null', 400, 'invalid_type'],
  ['65 levels', `{"model":"gpt","messages":${nested(64)}}`, 400, 'nesting_too_deep'],
  ['a million levels', `{"messages":${nested(1_000_000)}}`, 400, 'nesting_too_deep'],
];

/** Members of a body that is otherwise right, and what is said of them. */
const members: readonly (readonly [member: string, code: string, field: string])[] = [
  ['"model":"gpt"', 'duplicate_field', 'model'],
  ['"mod\\u0065l":"gpt"', 'duplicate_field', 'model'],
  ['"temperature":"hot"', 'invalid_type', 'temperature'],
  ['"temperature":3', 'invalid_value', 'temperature'],
  ['"temperature":1e999', 'invalid_value', 'temperature'],
  ['"stream":"true"', 'invalid_type', 'stream'],
  ['"tools":{}', 'invalid_type', 'tools'],
  ['"__proto__":{"polluted":true}', 'unsupported_parameter', '__proto__'],
  ['"constructor":{"prototype":{}}', 'unsupported_parameter', 'constructor'],
  ['"num_ctx":4096', 'unsupported_parameter', 'num_ctx'],
  ['"extra_body":{"api_base":"http://127.0.0.1:1"}', 'unsupported_parameter', 'extra_body'],
  ...[
    'api_base',
    'base_url',
    'baseURL',
    'endpoint',
    'custom_host',
    'azure_endpoint',
    'api_key',
    'organization',
  ].flatMap((name) =>
    [name, name.toUpperCase()].map(
      (form) => [`"${form}":"http://127.0.0.1:1"`, 'unsupported_parameter', form] as const,
    ),
  ),
  ['"api\\u005fbase":"http://127.0.0.1:1"', 'unsupported_parameter', 'api_base'],
];

describe.each(surfaces)('the $name surface', (surface) => {
  const { valid } = surface;

  async function expectRefusal(sent: Sent, expected: { status: number; code: string; field?: string }) {
    const before = backend.simulator.calls().length;
    const refused = await post(surface, sent);
    expect(refused).toMatchObject(expected);
    expect(refused.message).toMatch(/\w.*\w/);
    if (expected.field !== undefined) expect(String(refused.message)).toContain(expected.field);
    expect(refused.headers.get('x-breakwater-attempts')).toBe('0');
    expect(backend.simulator.calls()).toHaveLength(before);
    return refused;
  }

  it.each(texts)('refuses %s', async (_name, body, status, code) => {
    const { type } = await expectRefusal({ body }, { status, code });
    expect(type).toBe('invalid_request_error');
  });

  it.each(members)('refuses {%s} and names it', async (member, code, field) => {
    await expectRefusal({ body: withMembers(valid, member) }, { status: 400, code, field });
  });

  it.each([
    ['no model', { model: undefined }, [400, 'missing_field', 'model']],
    ['an empty model', { model: '' }, [400, 'invalid_value', 'model']],
    ['a model that is no text', { model: 1 }, [400, 'invalid_type', 'model']],
    ['no messages', { messages: undefined }, [400, 'missing_field', 'messages']],
    ['empty messages', { messages: [] }, [400, 'invalid_value', 'messages']],
    ['messages that are no list', { messages: 'hi' }, [400, 'invalid_type', 'messages']],
    ['a limit below zero', { max_tokens: -1 }, [400, 'invalid_value', 'max_tokens']],
    ['a limit with a fraction', { max_tokens: 1.5 }, [400, 'invalid_type', 'max_tokens']],
    ['a limit beyond any model', { max_tokens: 1e15 }, [400, 'context_length_exceeded', 'messages']],
    ['an unknown route', { model: 'nobody' }, [404, 'route_not_found', 'model']],
    ['a route named to forge a header', { model: 'gpt\r\nx-forged: 1' }, [404, 'route_not_found', 'model']],
    ['a route of a megabyte', { model: 'm'.repeat(1_000_000) }, [404, 'route_not_found', 'model']],
    ['a route that every object has', { model: 'constructor' }, [404, 'route_not_found', 'model']],
    ['too much for the model', { model: 'text', messages: tooMuch }, [400, 'context_length_exceeded', 'messages']],
    ['tools for a model without', { model: 'text', tools: [{}] }, [403, 'no_lawful_target', 'model']],
  ] as const)('refuses %s', async (_name, change, [status, code, field]) => {
    const refused = await expectRefusal({ body: JSON.stringify({ ...valid, ...change }) }, { status, code });
    expect([refused.field, refused.headers.get('x-forged')]).toEqual([field, null]);
  });

  it('refuses what only the other family could express, rather than answering something else', async () => {
    const change = surface.name === 'OpenAI' ? { model: 'claude-alone', n: 2 } : { model: 'gpt-alone', top_k: 5 };
    const field = surface.name === 'OpenAI' ? 'n' : 'top_k';
    await expectRefusal(
      { body: JSON.stringify({ ...valid, ...change }) },
      { status: 400, code: 'unsupported_parameter', field },
    );
  });

  it('hands on what the provider says of a message it does not take', async () => {
    const body = JSON.stringify({ ...valid, messages: [{ role: 'robot', content: 'hi' }] });
    expect(await post(surface, { body })).toMatchObject({ status: 400, code: 'provider_rejected' });
  });

  it.each([
    ['no type', ''],
    ['text', 'text/plain'],
    ['a form', 'application/x-www-form-urlencoded'],
    ['many parts', 'multipart/form-data; boundary=x'],
    ['nonsense', ';;;'],
  ])('refuses a body of the wrong type: %s', async (_name, type) => {
    const sent = { body: Buffer.from(JSON.stringify(valid)), headers: { 'content-type': type } };
    await expectRefusal(sent, { status: 415, code: 'unsupported_media_type' });
  });

  it('refuses a compressed body instead of unpacking it', async () => {
    const sent = { body: Buffer.from([0x1f, 0x8b, 8, 0]), headers: { 'content-encoding': 'gzip' } };
    await expectRefusal(sent, { status: 415, code: 'unsupported_media_type' });
  });

  it('refuses a body that is too large, announced or in chunks, before it has read it all', async () => {
    const head = `POST ${surface.path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\nx-api-key: ${backend.gateway.key}\r\ncontent-type: application/json\r\n`;
    const announced = await sendRaw(backend.gateway.url, `${head}content-length: 4194305\r\n\r\n`);
    const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
    const chunked = await sendRaw(
      backend.gateway.url,
      `${head}transfer-encoding: chunked\r\n\r\n`,
      ...Array.from({ length: 5 }, () => chunk),
    );
    for (const { status, body } of [announced, chunked]) {
      const parsed = parseJson(body);
      expect(surface.error(isJsonObject(parsed) ? parsed : {})).toMatchObject({ code: 'body_too_large' });
      expect(status).toBe(413);
    }
  });

  it('tells it also to a caller that sends all before it listens', async () => {
    const large = Buffer.alloc(32 * 1024 * 1024, ' ');
    for (let round = 0; round < 5; round += 1) {
      expect(await post(surface, { body: large })).toMatchObject({ status: 413, code: 'body_too_large' });
    }
  });

  it('stands after all that', async () => {
    const response = await fetch(`${backend.gateway.url}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
    const before = backend.simulator.calls().length;
    const fine = await post(surface, { body: withMembers(valid, '"temperature":0.5') });
    expect([fine.status, backend.simulator.calls().length]).toEqual([200, before + 1]);
    expect(backend.gateway.logs('ingress')).toBe('');
  });
});
