import { describe, expect, it } from '@jest/globals';
import { viewOf, type Received } from './caller-view.js';
import { streamOf } from './judge.fixture.js';

const received = (type: string, body: string, part: Partial<Received> = {}): Received => ({
  status: 200,
  headers: { 'content-type': type },
  body: Buffer.from(body),
  ending: 'complete',
  ...part,
});
const sse = 'text/event-stream; charset=utf-8';
const json = 'application/json';

const event = (type: string, data: object = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const anthropic = [
  event('message_start', { message: { content: [] } }),
  event('ping'),
  event('content_block_delta', { delta: { type: 'text_delta', text: 'Hel' } }),
  event('content_block_delta', { delta: { type: 'text_delta', text: 'lo' } }),
];
const anthropicEnd = [event('message_delta', { delta: { stop_reason: 'end_turn' } }), event('message_stop')];

describe('what a careful client makes of a stream', () => {
  it.each([
    ['whole', 'openai-chat', streamOf('Hello'), 'Hello'],
    ['cut', 'openai-chat', streamOf('Hello', { end: false }), 'Hello'],
    ['error', 'openai-chat', streamOf('Hello', { end: false, error: 'stream_interrupted' }), 'Hello'],
    ['unreadable', 'openai-chat', 'data: {"id\n\ndata: [DONE]\n\n', ''],
    ['whole', 'openai-chat', `\uFEFF${streamOf('Hello').replaceAll('\n', '\r\n')}`, 'Hello'],
    // A finish reason must have come.
    ['cut', 'openai-chat', 'data: [DONE]\n\n', ''],
    ['whole', 'anthropic-messages', [...anthropic, ...anthropicEnd].join(''), 'Hello'],
    ['cut', 'anthropic-messages', anthropic.join(''), 'Hello'],
    ['cut', 'anthropic-messages', [...anthropic, event('message_stop')].join(''), 'Hello'],
    ['error', 'anthropic-messages', [...anthropic, event('error', { error: { type: 'api_error' } })].join(''), 'Hello'],
  ] as const)('%s: %s', (end, surface, body, text) => {
    expect(viewOf(surface, received(sse, body))).toMatchObject({ end, text });
  });

  it.each(['cut', 'hung'] as const)('%s, whatever it holds', (ending) => {
    expect(viewOf('openai-chat', received(sse, streamOf('Hello'), { ending })).end).toBe(ending);
  });
});

describe('what it makes of a document', () => {
  const choice = { message: { content: 'Hello' }, finish_reason: 'stop' };
  it.each([
    ['whole', 'openai-chat', { choices: [choice] }, 'Hello'],
    ['error', 'openai-chat', { error: { code: 'targets_exhausted', message: 'No.' } }, ''],
    ['whole', 'anthropic-messages', { content: [{ text: 'Hel' }, { text: 'lo' }], stop_reason: 'end_turn' }, 'Hello'],
    ['cut', 'anthropic-messages', { content: [{ text: 'Hel' }] }, 'Hel'],
  ] as const)('%s: %s', (end, surface, body, text) => {
    expect(viewOf(surface, received(json, JSON.stringify(body)))).toMatchObject({ end, text });
  });

  it('unreadable where it is none', () => {
    expect(viewOf('openai-chat', received(json, '<html>')).end).toBe('unreadable');
  });
});
