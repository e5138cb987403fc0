import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseJson } from '#libs/kernel';
import { startHostileProvider, type Behaviour, type HostileProvider } from '../support/hostile-provider.js';
import { startSimulatedGateway, type SimulatedGateway } from '../support/simulated-gateway.js';
import { eventually } from './eventually.fixture.js';

const MEBIBYTE = 1024 * 1024;

/** How much a provider could write before it was cut off. */
let written = 0;

/** Writes for ever, as fast as it is read. */
async function pour(response: ServerResponse, piece: string): Promise<void> {
  written = 0;
  const closed = new Promise((resolve) => response.once('close', resolve));
  while (!response.destroyed) {
    written += piece.length;
    const next = response.write(piece) ? nextTurn() : new Promise((resolve) => response.once('drain', resolve));
    await Promise.race([next, closed]);
  }
}

const completion = (more: object = {}) => ({
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'fine' }, finish_reason: 'stop' }],
  ...more,
});

const chunk = (content: string, more: object = {}) =>
  `data: ${JSON.stringify({ id: 'c', model: 'm', choices: [{ index: 0, delta: { content }, finish_reason: null }], ...more })}\n\n`;
const ending = `data: {"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;

const answers =
  (type: string, body: string | Buffer, headers: Record<string, string> = {}, status = 200): Behaviour =>
  (response) =>
    void response.writeHead(status, { 'content-type': type, ...headers }).end(body);
const json = (body: object): Behaviour => answers('application/json', JSON.stringify(body));
const events = (...pieces: readonly string[]): Behaviour => answers('text/event-stream', pieces.join(''));
const limited = (retryAfter: string): Behaviour =>
  answers('application/json', '{}', { 'retry-after': retryAfter }, 429);

let redirected = 0;

const behaviours: Readonly<Record<string, Behaviour>> = {
  page: answers('text/html', '<!doctype html><title>It works!</title>'),
  'events-as-json': answers('application/json', chunk('so') + ending),
  endless: (response) => pour(response.writeHead(200, { 'content-type': 'application/json' }), ' '.repeat(MEBIBYTE)),
  'endless-comments': (response) =>
    pour(response.writeHead(200, { 'content-type': 'text/event-stream' }), `: ${'x'.repeat(1000)}\n\n`),
  'endless-line': (response) =>
    pour(response.writeHead(200, { 'content-type': 'text/event-stream' }), 'x'.repeat(MEBIBYTE)),
  'endless-error': (response) => pour(response.writeHead(500, { 'content-type': 'text/plain' }), 'x'.repeat(MEBIBYTE)),
  'long-line': events(chunk('x'.repeat(10 * MEBIBYTE)), ending),
  'half-characters': (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const bytes = Buffer.from(chunk('grün 🙂') + ending);
    for (const byte of bytes) response.write(Buffer.from([byte]));
    response.end();
  },
  'forged-version': json(completion({ model: 'gpt\r\nx-forged: 1\r\n\r\n' })),
  'foreign-version': json(completion({ model: '模型 🙂' })),
  'long-version': json(completion({ model: 'm'.repeat(100_000) })),
  'forged-version-streamed': events(chunk('fine', { model: 'gpt\r\nx-forged: 1\r\n\r\n' }), ending),
  'wrong-usage': json(completion({ usage: { prompt_tokens: -5, completion_tokens: 1.5, total_tokens: 'many' } })),
  redirect: answers('text/plain', '', { location: '/redirected/chat/completions' }, 307),
  redirected: (response) => {
    redirected += 1;
    response.end();
  },
  'retry-never': limited('1e12'),
  'retry-huge': limited('999999999999'),
  'retry-negative': limited('-1'),
  'retry-nan': limited('NaN'),
  'retry-past': limited('Wed, 21 Oct 2015 07:28:00 GMT'),
  poison: (response) => {
    const body = JSON.stringify(completion());
    const poisoned = JSON.stringify(completion({ id: 'poisoned' }));
    const head = (text: string): string =>
      `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
    response.socket?.write(head(body) + head(poisoned));
  },
};

let provider: HostileProvider;
let backend: SimulatedGateway;

beforeAll(async () => {
  provider = await startHostileProvider(behaviours);
  backend = await startSimulatedGateway({ openAiChannels: provider.channels });
}, 60_000);

afterAll(async () => {
  await backend.stop();
  await provider.stop();
}, 60_000);

async function ask(model: string, { stream = false, content = 'hi' } = {}) {
  const response = await fetch(`${backend.gateway.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': backend.gateway.key },
    body: JSON.stringify({ model, stream, messages: [{ role: 'user', content }] }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe('a provider that answers nonsense', () => {
  it.each([
    ['page', false],
    ['page', true],
    ['events-as-json', true],
    ['endless-comments', true],
    ['endless-line', true],
    ['endless', false],
    ['endless-error', false],
  ])('is a failed target: %s, streamed: %s', async (model, stream) => {
    const { status, text } = await ask(model, { stream });
    expect([status, text]).toEqual([503, expect.stringMatching(/targets_exhausted/)]);
    expect(text).not.toContain('It works!');
    if (model.startsWith('endless')) expect(written).toBeLessThan(100 * MEBIBYTE);
  });

  it.each(['forged-version', 'foreign-version', 'long-version', 'forged-version-streamed'])(
    'cannot break headers by the version it reports: %s',
    async (model) => {
      const { status, headers } = await ask(model, { stream: model.endsWith('streamed') });
      expect([status, headers.get('x-forged')]).toEqual([200, null]);
      expect(headers.get('x-breakwater-version')).toMatch(/^[\x21-\x7e]{1,128}$/);
    },
  );

  it('may send lines of ten megabytes, and characters in halves', async () => {
    const long = await ask('long-line', { stream: true });
    expect([long.status, long.text.length > 10 * MEBIBYTE, long.text.endsWith('data: [DONE]\n\n')]).toEqual([
      200,
      true,
      true,
    ]);
    expect((await ask('half-characters', { stream: true })).text).toBe(chunk('grün 🙂') + ending);
  });

  it('is paid for no tokens that are no numbers', async () => {
    const { headers } = await ask('wrong-usage');
    const id = String(headers.get('x-breakwater-request-id'));
    const call = await eventually('the call in the ledger', async () => {
      const found = await fetch(`${backend.gateway.consoleUrl}/calls/${id}`, {
        headers: { 'x-api-key': backend.gateway.key },
      });
      const text = await found.text();
      // Its completion may come before its attempt.
      return found.ok && !text.includes('"attempts":[]') ? parseJson(text) : undefined;
    });
    expect(call).toMatchObject({ attempts: [{ outcome: 'ok', inputTokens: 0, outputTokens: 0, costMicros: 0 }] });
  });

  it('is not followed elsewhere', async () => {
    expect((await ask('redirect')).status).toBe(503);
    expect(redirected).toBe(0);
  });

  it('cannot leave an answer behind for the next caller', async () => {
    for (let call = 0; call < 5; call += 1) {
      const { status, text } = await ask('poison');
      expect([status, text]).toEqual([200, expect.stringContaining('"chatcmpl-1"')]);
    }
  });

  it.each([
    ['retry-never', 1, 10],
    ['retry-huge', 60, 300],
    ['retry-negative', 1, 10],
    ['retry-nan', 1, 10],
    ['retry-past', 1, 10],
  ])('cannot send callers away for ever: %s', async (model, least, most) => {
    const { status, headers } = await ask(model);
    const seconds = Number(headers.get('retry-after'));
    expect([status, seconds >= least && seconds <= most]).toEqual([429, true]);
  });
});

describe('a prompt that looks like something else', () => {
  it.each([
    ['events', 'x\n\ndata: [DONE]\n\ndata: {"error":{}}\n\nevent: error\n\n'],
    ['an HTTP answer', '\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
    ['a terminal', '\u001b[2J\u0007'],
    ['templates', '{{7*7}} ${7*7} <%= 7*7 %> #{7*7}'],
    ['lone surrogates', '\ud800 and \udc00'],
  ])('is text: %s', async (_name, content) => {
    for (const model of ['gpt', 'claude']) {
      const whole = await ask(model, { content });
      const said = `you said "${content}"`;
      expect(JSON.parse(whole.text)).toMatchObject({
        choices: [{ message: { content: expect.stringContaining(said) } }],
      });
      const { text } = await ask(model, { content, stream: true });
      expect(text.split('\n\n').filter((event) => !event.startsWith('data: {"id"'))).toEqual(['data: [DONE]', '']);
    }
  });
});
