import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SseEvent } from './sse-event.js';
import { SseSplitter } from './sse.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (raw: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(raw);

function split(chunks: readonly Uint8Array[], maxEventBytes?: number): readonly SseEvent[] {
  const splitter = new SseSplitter(maxEventBytes);
  return [...chunks.flatMap((chunk) => [...splitter.push(chunk)]), ...splitter.end()];
}

const plain = (events: readonly SseEvent[]) => events.map((event) => ({ ...event, raw: text(event.raw) }));
const splitText = (stream: string) => plain(split([bytes(stream)]));

/** Cuts `whole` at the given places. */
function chunked(whole: Uint8Array, cuts: readonly number[]): readonly Uint8Array[] {
  const places = [0, ...cuts.map((cut) => cut % (whole.length + 1)).toSorted((a, b) => a - b), whole.length];
  return places.slice(1).map((end, i) => whole.slice(places[i], end));
}

describe('SseSplitter', () => {
  it.each([
    ['one event', 'data: x\n\n', [{ kind: 'event', data: 'x', raw: 'data: x\n\n' }]],
    ['an event name', 'event: ping\ndata: {}\n\n', [{ kind: 'event', event: 'ping', data: '{}' }]],
    ['data without a space', 'data:x\n\n', [{ kind: 'event', data: 'x' }]],
    ['one space only is taken off', 'data:  x\n\n', [{ kind: 'event', data: ' x' }]],
    ['several data lines', 'data: a\ndata: b\ndata\n\n', [{ kind: 'event', data: 'a\nb\n' }]],
    ['CRLF', 'data: a\r\ndata: b\r\n\r\n', [{ kind: 'event', data: 'a\nb', raw: 'data: a\r\ndata: b\r\n\r\n' }]],
    ['CR', 'data: a\rdata: b\r\r', [{ kind: 'event', data: 'a\nb', raw: 'data: a\rdata: b\r\r' }]],
    ['mixed line ends', 'data: a\r\r\ndata: b\n\r\n', [{ data: 'a', raw: 'data: a\r\r\n' }, { data: 'b' }]],
    ['a comment', ': hello\n\n', [{ kind: 'comment', data: '', raw: ': hello\n\n' }]],
    ['a comment in an event', ': hello\ndata: x\n\n', [{ kind: 'event', data: 'x' }]],
    ['an empty block', 'data: x\n\n\n', [{ data: 'x' }, { kind: 'comment', raw: '\n' }]],
    ['a name without data', 'event: ping\n\n', [{ kind: 'comment', event: 'ping' }]],
    ['a byte order mark', '\uFEFFdata: x\n\n', [{ kind: 'event', data: 'x', raw: 'data: x\n\n' }]],
    ['unknown fields', 'id: 7\nretry: 10\nfoo\ndata: x\n\n', [{ kind: 'event', data: 'x' }]],
    ['a rest without its blank line', 'data: x\n\ndata: y\n', [{ data: 'x' }]],
    ['nothing', '', []],
  ])('reads %s', (_name, stream, expected) => {
    const events = splitText(stream);
    expect(events).toHaveLength(expected.length);
    expect(events).toMatchObject(expected);
  });

  it('gives the same events however the bytes are chunked', () => {
    const piece = fc.constantFrom(
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      'data',
      ':',
      ' ',
      'event: a',
      'data: é🙂',
      ': c',
      'x',
      '\uFEFF',
      '\u0000',
    );
    const stream = fc.tuple(fc.boolean(), fc.array(piece, { maxLength: 40 }));
    fc.assert(
      fc.property(stream, fc.array(fc.nat(), { maxLength: 12 }), ([bom, pieces], cuts) => {
        const whole = bytes((bom ? '\uFEFF' : '') + pieces.join(''));
        const expected = plain(split([whole]));
        expect(plain(split(chunked(whole, cuts)))).toEqual(expected);
        expect(plain(split(Array.from(whole, (byte) => Uint8Array.of(byte))))).toEqual(expected);
        expect(text(whole).replace(/^\uFEFF/, '')).toContain(expected.map((event) => event.raw).join(''));
      }),
      { numRuns: 500 },
    );
  });

  it('reads what a client would dispatch', () => {
    const line = fc.string({ unit: 'grapheme' }).map((value) => value.replaceAll(/[\r\n]/g, ''));
    const events = fc.array(fc.tuple(fc.constantFrom('\n', '\r', '\r\n'), fc.array(line, { minLength: 1 })));
    fc.assert(
      fc.property(events, (list) => {
        const stream = list.map(([end, lines]) => lines.map((value) => `data: ${value}${end}`).join('') + end).join('');
        expect(splitText(stream).map((event) => event.data)).toEqual(list.map(([, lines]) => lines.join('\n')));
      }),
    );
  });

  it('gives a whole event at once, and one that ends in CR with the next byte or at the end', () => {
    const splitter = new SseSplitter();
    expect(splitter.push(bytes('data: a\r\n\r\n'))).toHaveLength(1);
    expect(splitter.push(bytes('data: b\r\r'))).toHaveLength(0);
    expect(splitter.push(bytes('d'))).toHaveLength(1);
    expect(splitter.push(bytes('ata: c\r\r'))).toHaveLength(0);
    expect(splitter.end()).toHaveLength(1);
  });

  it.each([
    ['in one chunk', [`data: x\n\ndata: ${'y'.repeat(100)}\n\ndata: z\n\n`]],
    ['in many', ['data: x\n\ndata: ', 'y'.repeat(60), 'y'.repeat(60), '\n\n', 'data: z\n\n']],
    ['that never ends', ['data: x\n\n', ...Array.from({ length: 50 }, () => 'yyyy')]],
  ])('stops at an event over the limit %s', (_name, chunks) => {
    const splitter = new SseSplitter(100);
    const events = chunks.flatMap((chunk) => [...splitter.push(bytes(chunk))]);
    expect(events.map((event) => event.data)).toEqual(['x']);
    expect(splitter.overflowed).toBe(true);
    expect(splitter.push(bytes('data: z\n\n'))).toEqual([]);
  });

  it('takes an event of exactly the limit', () => {
    const splitter = new SseSplitter(9);
    expect(splitter.push(bytes('data: x\n\n'))).toHaveLength(1);
    expect(splitter.overflowed).toBe(false);
  });
});
