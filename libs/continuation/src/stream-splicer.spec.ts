import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Surface } from '#libs/contracts';
import { AnswerTrail } from './answer-trail.js';
import { StreamSplicer } from './stream-splicer.js';
import {
  answerEvents,
  anyCuts,
  cutAt,
  leadIn,
  named,
  parsed,
  sse,
  surfaces,
  textOf,
  type Told,
} from './streams.fixture.js';

interface Target {
  readonly pieces: readonly string[];
  readonly told?: Told;
  readonly cuts?: readonly number[];
}

const by = { model: 'model-2', channel: 'channel-2' };
const MARK = ': breakwater continued on model-2@channel-2\n\n';

/** The beginning of an answer as a caller got it, before its target failed. */
function begin(surface: Surface, pieces: readonly string[], cuts: readonly number[] = []) {
  const trail = new AnswerTrail(surface);
  const sent = answerEvents(surface, pieces, { id: 'first', model: 'model-1' }).slice(
    0,
    leadIn[surface] + pieces.length,
  );
  for (const bytes of cutAt(sent.join(''), cuts)) trail.push(bytes);
  return { trail, sent: sent.join('') };
}

/** What the caller gets of a target that goes on; the trail follows. */
function goOn(trail: AnswerTrail, events: readonly string[], cuts: readonly number[] = []): string {
  const splicer = new StreamSplicer(trail, by);
  const given = [...cutAt(events.join(''), cuts).map((bytes) => splicer.push(bytes)), splicer.end()];
  for (const bytes of given) trail.push(bytes);
  return Buffer.concat(given).toString();
}

function spliced(surface: Surface, delivered: readonly string[], { pieces, told, cuts }: Target): string {
  const { trail, sent } = begin(surface, delivered, cuts);
  expect(trail.canContinue()).toBe(true);
  return sent + goOn(trail, answerEvents(surface, pieces, { id: 'second', ...told }), cuts);
}

/** Texts that never say anything twice, so that whatever is said twice is a repetition. */
const anyText = fc
  .array(fc.constantFrom(' ', '\n', '\n\n', ', ', '. ', ' \u{1f600} '), { minLength: 3, maxLength: 40 })
  .map((gaps) => gaps.map((gap, n) => `word${n}${gap}`).join(''));
const places = fc.array(fc.nat(), { maxLength: 6 });

function piecesOf(text: string, cuts: readonly number[]): readonly string[] {
  const ends = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  return ends.slice(1).map((end, i) => text.slice(ends[i], end));
}

describe.each(surfaces)('an answer in %s that another target went on with', (surface) => {
  it('is the text that one target would have given, however it came, whatever was said again', () => {
    fc.assert(
      fc.property(anyText, fc.tuple(fc.nat(), fc.nat()), places, anyCuts, (text, [at, again], where, cuts) => {
        const end = 1 + (at % (text.length - 1));
        const delivered = text.slice(0, end);
        fc.pre(delivered.isWellFormed());
        const seen = delivered.trimEnd();
        // All of it, nothing, or enough of its last words.
        const from = [0, seen.length, Math.max(0, seen.length - 20)][again % 3] ?? 0;
        fc.pre(from === 0 ? /[a-z]{3}/.test(seen) : seen.length - from === 0 || seen.length - from >= 20);
        const pieces = piecesOf(text.slice(from), where);
        expect(textOf(spliced(surface, piecesOf(delivered, where), { pieces, cuts }))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('loses and doubles nothing of arbitrary text where the target goes on exactly', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 2 }), fc.nat(), anyCuts, (text, at, cuts) => {
        const delivered = text.slice(0, 1 + (at % (text.length - 1)));
        fc.pre(delivered.isWellFormed() && delivered.trimEnd() !== '');
        // An answer that begins again is known by little.
        const rest = text.slice(delivered.trimEnd().length);
        fc.pre(!rest.startsWith(delivered.trimEnd()));
        expect(textOf(spliced(surface, [delivered], { pieces: [...rest], cuts }))).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it('has the same bytes in whatever pieces it comes', () => {
    const target = { pieces: ['Hello', ' wörld', ' \u{1f600}', '!'] };
    const whole = spliced(surface, ['Hel', 'lo '], target);
    fc.assert(
      fc.property(anyCuts, (cuts) => expect(spliced(surface, ['Hel', 'lo '], { ...target, cuts })).toBe(whole)),
    );
    expect(whole.split(MARK)).toHaveLength(2);
  });

  it('goes on twice as one', () => {
    const { trail, sent } = begin(surface, ['One two']);
    const cutShort = answerEvents(surface, [' three', ' four'], { id: 'second' }).slice(0, leadIn[surface] + 2);
    const second = goOn(trail, cutShort);
    expect(trail.canContinue()).toBe(true);
    expect(trail.text).toBe('One two three four');
    const third = goOn(trail, answerEvents(surface, ['three four', ' five'], { id: 'third', outputTokens: 2 }));
    expect(textOf(sent + second + third)).toBe('One two three four five');
    expect(sent + second + third).not.toMatch(/"(second|third)"/);
    expect(trail.canContinue()).toBe(false);
  });

  it('ends at once where there was nothing left to say', () => {
    const text = spliced(surface, ['All said.'], { pieces: [] });
    expect(textOf(text)).toBe('All said.');
    expect(text.split(MARK)).toHaveLength(2);
    expect(text).toMatch(/(\[DONE\]|message_stop"\})\n\n$/);
  });

  it('names its targets in one line, whatever they are called', () => {
    const { trail } = begin(surface, ['One']);
    const splicer = new StreamSplicer(trail, { model: 'a\nb', channel: 'x'.repeat(500) });
    const text = Buffer.from(splicer.push(Buffer.from(answerEvents(surface, [' two']).join('')))).toString();
    expect(text).toMatch(/^(event: ping\n.*\n\n)?: breakwater continued on a\?b@x{128}\n\n/);
  });

  it('gives nothing of a target that answers anew', () => {
    const delivered = Array.from({ length: 60 }, (_, n) => `word${n}`).join(' ');
    const { trail } = begin(surface, [delivered]);
    const splicer = new StreamSplicer(trail, by);
    const another = answerEvents(surface, [delivered.slice(0, 200), ' and now for something else']);
    const given = Buffer.from(
      splicer.push(Buffer.from(another.filter((event) => !event.includes('ping')).join(''))),
    ).toString();
    expect([given, splicer.restarted]).toEqual(['', true]);
  });

  it('gives nothing of a target that begins anew and breaks off', () => {
    const delivered = Array.from({ length: 60 }, (_, n) => `word${n}`).join(' ');
    const { trail } = begin(surface, [delivered]);
    const splicer = new StreamSplicer(trail, by);
    const begun = answerEvents(surface, [delivered.slice(0, 200)], { finish: 'length' });
    const given = begun.filter((event) => !event.includes('ping')).map((event) => splicer.push(Buffer.from(event)));
    expect([Buffer.concat(given).toString(), splicer.restarted]).toEqual(['', true]);
  });
});

describe('chunks that go on', () => {
  it('repeat who gave the answer, leave out the role, and add up the tokens', () => {
    const told = { id: 'second', model: 'model-2', promptTokens: 12, outputTokens: 4 };
    const events = parsed(spliced('openai-chat', ['Hello', ' '], { pieces: ['', ' world'], told })).slice(3);
    const same = { id: 'first', created: 5, model: 'model-1', object: 'chat.completion.chunk' };
    expect(events).toEqual([
      MARK.trim(),
      expect.objectContaining({ ...same, choices: [expect.objectContaining({ delta: { content: 'world' } })] }),
      expect.objectContaining({ ...same, choices: [expect.objectContaining({ delta: {}, finish_reason: 'stop' })] }),
      {
        ...same,
        system_fingerprint: 'fp',
        choices: [],
        usage: { prompt_tokens: 12, completion_tokens: 6, total_tokens: 18 },
      },
      'data: [DONE]',
    ]);
  });

  it('give held text before a call, and with the reason to end', () => {
    const chunk = (delta: object, reason: string | null = null): string =>
      sse({ id: 's', choices: [{ index: 0, delta, finish_reason: reason }] });
    const call = {
      tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } }],
    };
    const held = 'the weather';
    const { trail } = begin('openai-chat', ['In the weather forecast, ']);
    const events = parsed(goOn(trail, [chunk({ content: held }), chunk(call), chunk({}, 'tool_calls')]));
    expect(events).toEqual([
      MARK.trim(),
      expect.objectContaining({ choices: [expect.objectContaining({ delta: { content: held } })] }),
      expect.objectContaining({ choices: [expect.objectContaining({ delta: call })] }),
      expect.objectContaining({ choices: [expect.objectContaining({ finish_reason: 'tool_calls' })] }),
    ]);
    const { trail: other } = begin('openai-chat', ['In the weather forecast, ']);
    const last = parsed(goOn(other, [chunk({ content: held }), chunk({ content: '.' }, 'stop')]));
    expect(last.slice(1)).toMatchObject([{ choices: [{ delta: { content: `${held}.` }, finish_reason: 'stop' }] }]);
  });

  it('may be thought about first', () => {
    const chunk = (delta: object): string => sse({ id: 's', choices: [{ index: 0, delta, finish_reason: null }] });
    const thought = chunk({ role: 'assistant', content: '', reasoning_content: 'Hm' });
    const { trail, sent } = begin('openai-chat', ['See the quick brown']);
    const rest = goOn(trail, [thought, chunk({ content: 'the quick brown' }), chunk({ content: ' fox' })]);
    expect(textOf(sent + rest)).toBe('See the quick brown fox');
    expect(rest).toContain('"reasoning_content":"Hm"');
  });

  it('may count with every chunk', () => {
    const counted = (content: string, tokens: number): string =>
      sse({
        id: 's',
        choices: [{ index: 0, delta: { content } }],
        usage: { prompt_tokens: 1, completion_tokens: tokens },
      });
    const { trail, sent } = begin('openai-chat', ['See the quick brown']);
    const rest = goOn(trail, [counted('the quick', 2), counted(' brown fox', 4), 'data: [DONE]\n\n']);
    expect(textOf(sent + rest)).toBe('See the quick brown fox');
    expect(parsed(rest)).toContainEqual(expect.objectContaining({ usage: { prompt_tokens: 1, completion_tokens: 9 } }));
  });
});

describe('message events that go on', () => {
  const block = (index: number, content_block: object): string =>
    named({ type: 'content_block_start', index, content_block });
  const stop = (index: number): string => named({ type: 'content_block_stop', index });
  const delta = (index: number, part: object): string => named({ type: 'content_block_delta', index, delta: part });

  it('stay in the open block, and add up the tokens', () => {
    const told = { id: 'second', promptTokens: 99, outputTokens: 4 };
    const events = parsed(spliced('anthropic-messages', ['Hello', ' '], { pieces: [' world'], told })).slice(5);
    expect(events).toEqual([
      { type: 'ping' },
      MARK.trim(),
      { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'world' } },
      { type: 'content_block_stop', index: 0 },
      expect.objectContaining({ type: 'message_delta', usage: { input_tokens: 10, output_tokens: 6 } }),
      { type: 'message_stop' },
    ]);
  });

  it('close the open block before another begins, and count on', () => {
    const { trail } = begin('anthropic-messages', ['Hello']);
    const tool = { type: 'tool_use', id: 't', name: 'f', input: {} };
    const json = { type: 'input_json_delta', partial_json: '{}' };
    const later = [block(1, tool), delta(1, json), stop(1)];
    const text = [block(0, { type: 'text', text: ' all' }), delta(0, { type: 'text_delta', text: '!' }), stop(0)];
    expect(goOn(trail, [...text, ...later])).toBe(
      [
        MARK,
        delta(0, { type: 'text_delta', text: ' all' }),
        delta(0, { type: 'text_delta', text: '!' }),
        stop(0),
        ...later,
      ].join(''),
    );
    const { trail: other } = begin('anthropic-messages', ['Hello']);
    expect(goOn(other, [block(0, tool), delta(0, json), stop(0)])).toBe([MARK, stop(0), ...later].join(''));
  });

  it('begin a block where the last was closed', () => {
    const { trail } = begin('anthropic-messages', ['Hello']);
    trail.push(Buffer.from(stop(0)));
    const given = goOn(trail, [
      block(0, { type: 'text', text: '' }),
      delta(0, { type: 'text_delta', text: ' all' }),
      stop(0),
    ]);
    expect(given).toBe(
      [MARK, block(1, { type: 'text', text: '' }), delta(1, { type: 'text_delta', text: ' all' }), stop(1)].join(''),
    );
  });
});
