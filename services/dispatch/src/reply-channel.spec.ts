import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { noUsage, type AnswerHead, type AttemptStart, type Frame, type RunSummary } from '#libs/contracts';
import { ReplyChannel } from './reply-channel.js';

const head: AnswerHead = { status: 200, headers: {} };
const summary: RunSummary = { outcome: 'ok', attempts: 1, providerMs: 1, usage: noUsage, costMicros: 0 };
const bytes = (text: string): Uint8Array => Buffer.from(text);

function attempt(number: number): AttemptStart {
  return {
    attemptId: `r.0.${number}`,
    number,
    purpose: 'first',
    model: 'm',
    target: 't',
    channel: 'c',
    provider: 'openai',
    requestedVersion: 'v',
    startedAt: 0,
    dispatcher: 'd',
  };
}

/** A channel among many, whose gathered frames leave when the test says so. */
function gathering() {
  const frames: Frame[] = [];
  let waiting: (() => void)[] = [];
  const gather = (release: () => void): void => void waiting.push(release);
  const leave = (): void => {
    const released = waiting;
    waiting = [];
    for (const release of released) release();
  };
  const reply = new ReplyChannel((frame) => void frames.push(frame), {
    gatherTokens: gather,
    gatherNews: gather,
    leaving: () => undefined,
  });
  return { frames, reply, leave };
}

const typesOf = (frames: readonly Frame[]): readonly string[] => frames.map(({ type }) => type);
const textOf = (frames: readonly Frame[]): string =>
  frames.map((frame) => (frame.type === 'data' ? Buffer.from(frame.bytes).toString() : '')).join('');

it('sends the first bytes at once, and joins those that follow until they leave', () => {
  const { frames, reply, leave } = gathering();
  reply.head(head);
  for (const token of ['one ', 'two ', 'three ']) reply.data(bytes(token));
  expect([typesOf(frames), textOf(frames)]).toEqual([['head', 'data'], 'one ']);
  leave();
  expect([typesOf(frames), textOf(frames)]).toEqual([['head', 'data', 'data'], 'one two three ']);
});

it('lets the end take along what waits, before it', () => {
  const { frames, reply, leave } = gathering();
  reply.head(head);
  for (const token of ['one ', 'two ', 'three ']) reply.data(bytes(token));
  reply.end(summary);
  expect(typesOf(frames)).toEqual(['head', 'data', 'data', 'end']);
  leave();
  expect(textOf(frames)).toBe('one two three ');
  expect(frames).toHaveLength(4);
});

it('has a lot of bytes wait for nobody', () => {
  const { frames, reply } = gathering();
  reply.head(head);
  reply.data(bytes('first'));
  reply.data(Buffer.alloc(15 * 1024));
  expect(frames).toHaveLength(2);
  reply.data(Buffer.alloc(1024));
  expect(frames.map((frame) => (frame.type === 'data' ? frame.bytes.byteLength : 0))).toEqual([0, 5, 16 * 1024]);
});

it('counts bytes that wait as under way to the caller', () => {
  const { reply } = gathering();
  let drained = 0;
  reply.onDrain = () => (drained += 1);
  const pieces = Array.from({ length: 64 }, () => reply.data(Buffer.alloc(4096)));
  expect(pieces.indexOf(false)).toBe(63);
  reply.credit(4096);
  expect(drained).toBe(1);
});

describe('the news of an attempt', () => {
  it('goes before the head', () => {
    const { frames, reply, leave } = gathering();
    reply.attempt(attempt(1));
    reply.head(head);
    leave();
    expect(typesOf(frames)).toEqual(['attempt', 'head']);
  });

  it('is told when it has waited', () => {
    const { frames, reply, leave } = gathering();
    reply.attempt(attempt(1));
    expect(frames).toEqual([]);
    leave();
    expect(frames).toEqual([{ type: 'attempt', seq: 0, attempt: attempt(1) }]);
  });

  it('is that of the latest attempt', () => {
    const { frames, reply, leave } = gathering();
    reply.attempt(attempt(1));
    reply.attempt(attempt(2));
    leave();
    expect(frames).toEqual([{ type: 'attempt', seq: 0, attempt: attempt(2) }]);
  });

  it('is none once the call is over', () => {
    const { frames, reply, leave } = gathering();
    reply.attempt(attempt(1));
    reply.whole(head, bytes('all'), summary);
    leave();
    expect(frames).toEqual([{ type: 'whole', seq: 0, head, bytes: bytes('all'), summary }]);
  });
});

it('numbers frames without a gap and keeps the bytes in order, whenever they leave', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('data' as const), text: fc.string({ minLength: 1, maxLength: 9 }) }),
    fc.record({ do: fc.constant('data' as const), text: fc.constant('x'.repeat(17_000)) }),
    fc.record({ do: fc.constantFrom('leave' as const, 'attempt' as const), text: fc.constant('') }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { frames, reply, leave } = gathering();
      reply.head(head);
      steps.forEach(({ do: what, text }, index) => {
        if (what === 'data') reply.data(bytes(text));
        else if (what === 'leave') leave();
        else reply.attempt(attempt(index));
      });
      reply.end(summary);
      leave();
      expect(frames.map(({ seq }) => seq)).toEqual(frames.map((_, index) => index));
      expect(textOf(frames)).toBe(steps.map(({ text }) => text).join(''));
      expect(frames.at(-1)?.type).toBe('end');
    }),
  );
});
