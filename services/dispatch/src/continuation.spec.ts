import { describe, expect, it } from '@jest/globals';
import type { RunRequest } from '#libs/contracts';
import { AnswerTrail } from '#libs/continuation';
import { translatorFor } from '#libs/providers';
import { StreamReader, type StreamSink } from './answer-readers.js';
import { bodyFor, continuationSink, mayGoOn, TrailedSink, trailFor } from './continuation.js';
import { newCall } from './dispatcher.fixture.js';
import { plan, resolved } from './domain/targets.fixture.js';
import { event, finish, role, token } from './provider.fixture.js';

const body = Buffer.from('{"max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"model":"fast","stream":true}');
const fields = { max_tokens: [14, 15], messages: [27, 59], model: [68, 74], stream: [84, 88] } as const;
const continued = { ...plan, conduct: { ...plan.conduct, delivery: 'continued' } } as const;
const request: RunRequest = { ...newCall().call.request, plan: continued, fields, deadlineAt: 0 };
const spare = resolved('claude@spare');

/** What the caller gets. */
class Caller {
  onDrain: (() => void) | undefined;
  open = true;
  text = '';

  readonly data = (bytes: Uint8Array): boolean => {
    this.text += Buffer.from(bytes).toString();
    return this.open;
  };

  /** The sink of a first attempt. */
  readonly sink: StreamSink = {
    committed: false,
    onDrain: undefined,
    commit: () => undefined,
    write: this.data,
  };
}

function begun(caller: Caller): AnswerTrail {
  const trail = new AnswerTrail('openai-chat');
  const sink = new TrailedSink(caller.sink, trail);
  sink.write(Buffer.from(role + token('Hello, ')));
  sink.write(Buffer.from(token('dear ')));
  return trail;
}

const messageEvent = (type: string, data: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
const claudeSays = (text: string): string =>
  [
    messageEvent('message_start', { message: { id: 'msg_2', model: 'claude-4', usage: { input_tokens: 9 } } }),
    messageEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
    messageEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text } }),
    messageEvent('content_block_stop', { index: 0 }),
    messageEvent('message_delta', { delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 3 } }),
    messageEvent('message_stop', {}),
  ].join('');

describe('an answer that is gone on with', () => {
  it('is asked for with its beginning, by the other target in its own words, and joined to that', () => {
    const caller = new Caller();
    const trail = begun(caller);
    const call = { request, body, reply: caller };
    const rest = bodyFor({ request, body, trail });
    const sink = continuationSink(spare, call, trail, () => undefined);
    const wire = {
      provider: 'anthropic',
      providerModel: 'claude-4',
      maxOutputTokens: 99,
      servedAs: [],
      checkServed: false,
    } as const;
    const exchange = translatorFor('openai-chat', 'anthropic')(rest, wire);
    expect(JSON.parse(Buffer.concat(exchange.request.body).toString())).toMatchObject({
      model: 'claude-4',
      max_tokens: 6,
      messages: [
        { role: 'user', content: [{ type: 'text', text: 'Hi' }] },
        { role: 'assistant', content: [{ type: 'text', text: 'Hello, dear' }] },
      ],
    });
    expect(sink.committed).toBe(true);
    const reader = new StreamReader(exchange.stream(), sink, true);
    const { verdict } = reader.push(Buffer.from(claudeSays(' reader!')));
    caller.data(sink.last(verdict?.bytes ?? Buffer.from('')));
    const texts = [...caller.text.matchAll(/"content":"([^"]*)"/g)].map(([, text]) => text);
    expect(texts.join('')).toBe('Hello, dear reader!');
    expect(caller.text.split(': breakwater continued on claude@spare\n\n')).toHaveLength(2);
    expect(caller.text).not.toContain('msg_2');
    expect(caller.text.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('passes on what the caller takes, and asks to wait as it does', () => {
    const caller = new Caller();
    const trail = begun(caller);
    const sink = continuationSink(spare, { reply: caller }, trail, () => undefined);
    const drained = (): void => undefined;
    sink.onDrain = drained;
    expect(caller.onDrain).toBe(drained);
    caller.open = false;
    // What says nothing new asks nothing of the caller.
    expect(sink.write(Buffer.from(role))).toBe(true);
    expect(sink.write(Buffer.from(token(' reader')))).toBe(false);
    expect(trail.text).toBe('Hello, dear reader');
  });

  it('is given up, once, where the target answers anew', () => {
    const caller = new Caller();
    const said = Array.from({ length: 40 }, (_, n) => `word${n}`).join(' ');
    const trail = new AnswerTrail('openai-chat');
    new TrailedSink(caller.sink, trail).write(Buffer.from(role + token(said)));
    let gaveUp = 0;
    const sink = continuationSink(spare, { reply: caller }, trail, () => (gaveUp += 1));
    const before = caller.text;
    sink.write(Buffer.from(role + token(said.slice(0, 150))));
    sink.write(Buffer.from(token(' no, wait')));
    sink.write(Buffer.from(token(', again')));
    expect([caller.text, sink.restarted, gaveUp]).toEqual([before, true, 1]);
    expect(sink.last(Buffer.from(finish))).toHaveLength(0);
  });

  it('is such an answer only on routes that say so, by targets that take it, while it is text', () => {
    expect(trailFor({ request })).toBeInstanceOf(AnswerTrail);
    const trail = new AnswerTrail('openai-chat');
    expect(trailFor({ request: { ...request, stream: false } })).toBeUndefined();
    expect(trailFor({ request: { ...request, plan } })).toBeUndefined();
    const takes = { ...spare.target, acceptsContinuation: true };
    expect(mayGoOn(trail, takes)).toBe(false);
    trail.push(Buffer.from(role + token('Hi')));
    expect([mayGoOn(trail, takes), mayGoOn(trail, spare.target)]).toEqual([true, false]);
    trail.push(Buffer.from(event({ tool_calls: [{ index: 0, id: 'c', function: { name: 'f', arguments: '' } }] })));
    expect(mayGoOn(trail, takes)).toBe(false);
  });
});
