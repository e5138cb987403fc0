import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { directions, exchangeFor, wires, type Served } from './every-direction.fixture.js';
import { chunked, decode, drain, encode, sse } from './stream.fixture.js';

describe.each(directions)('a stream, %s', (_name, direction) => {
  const wire = wires[direction.family];
  const run = (text: string, served?: Served) => drain(exchangeFor(direction, served).stream(), [encode(text)]);
  const full = wire.start() + wire.text + wire.finish() + wire.done;

  it('ends whole', () => {
    expect(run(full)).toMatchObject({ ended: true, content: true, fault: undefined, report: { refused: false } });
  });

  it.each(wire.empty)('has no content in %j', (piece) => {
    const stream = exchangeFor(direction).stream();
    expect(stream.push(encode(wire.start() + piece))).toMatchObject({ content: false, ended: false });
    expect(stream.report().content).toBe(false);
    expect(stream.push(encode(wire.text))).toMatchObject({ content: true });
  });

  it('skips and counts what is no event, wherever it comes', () => {
    const broken =
      sse('{"choices":[{"del') + sse('7') + sse('[1]') + sse('{"type":"content_blo', 'content_block_delta');
    for (const at of [
      wire.start() + broken + wire.text + wire.finish(),
      wire.start() + wire.text + wire.finish() + broken,
    ]) {
      const read = run(at + wire.done);
      expect(read).toMatchObject({ ended: true, fault: undefined, report: { malformed: 4 } });
      expect(read.text).toBe(run(full).text);
    }
  });

  it('was cut where the event that finishes it is broken, or its terminator is missing', () => {
    expect(run(wire.start() + wire.text + sse('{"choices":[{"finish_rea') + wire.done).fault).toBe('cut');
    expect(run(wire.start() + wire.text + wire.finish())).toMatchObject({ ended: false, fault: 'cut' });
  });

  it.each(wire.errors)('fails at any point by %j, with what came before', (error) => {
    const before = ['', wire.start(), wire.start() + wire.text, wire.start() + wire.text + wire.finish()];
    for (const sent of before) {
      const { text, fault, ended } = run(sent + error + full);
      expect({ fault, ended }).toEqual({ fault: 'error_event', ended: false });
      expect(text).toBe(drain(exchangeFor(direction).stream(), [encode(sent)]).text);
    }
  });

  it('fails before anything of it is released where it names another model', () => {
    const stream = exchangeFor(direction).stream();
    const { bytes, content, fault } = stream.push(encode(wire.start('other-2') + wire.text));
    expect({ text: decode(bytes), content, fault: fault?.fault }).toEqual({
      text: '',
      content: false,
      fault: 'wrong_model',
    });
    expect(fault?.detail).toMatch(/^other-2 answered instead of asked-1;/);
    expect(stream.report().servedVersion).toBe('other-2');
  });

  it.each<[string, Served]>([
    ['asked-1-2025-08-07', {}],
    ['other-2', { checkServed: false }],
    ['other-2', { servedAs: ['other-2'] }],
    ['other-2-mini', { servedAs: ['other-*'] }],
  ])('may name %s with %j', (model, served) => {
    const named = full.replaceAll('asked-1', model);
    expect(run(named, served)).toMatchObject({ ended: true, report: { servedVersion: model } });
  });

  it('that is refused is an answer, and says so', () => {
    expect(run(wire.start() + wire.finish(wire.refusedBy) + wire.done)).toMatchObject({
      ended: true,
      fault: undefined,
      report: { refused: true },
    });
  });

  it('means the same however it is chunked', () => {
    const piece = fc.constantFrom(
      wire.start(),
      wire.start('other-2'),
      wire.text,
      wire.refusal,
      wire.finish(),
      wire.finish(wire.refusedBy),
      wire.done,
      ...wire.empty,
      ...wire.errors,
      sse('{'),
      'data: {}\r\n\r\n',
      '\r',
      'data',
    );
    const begun = fc.array(piece, { maxLength: 8 }).map((rest) => wire.start() + rest.join(''));
    const anything = fc.oneof(
      begun,
      fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(anything, fc.array(fc.nat(), { maxLength: 10 }), (text, cuts) => {
        const bytes = encode(text);
        const exchange = exchangeFor(direction);
        const whole = drain(exchange.stream(), [bytes]);
        expect(drain(exchange.stream(), chunked(bytes, cuts))).toEqual(whole);
        const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
        expect(drain(exchange.stream(), single)).toEqual(whole);
        // The byte that completes the first content is the same, too.
        const stream = exchange.stream();
        const first = single.findIndex((byte) => stream.push(byte).content);
        if (first < 0) return;
        expect(exchange.stream().push(bytes.subarray(0, first))).toMatchObject({ content: false });
        expect(exchange.stream().push(bytes.subarray(0, first + 1))).toMatchObject({ content: true });
      }),
      { numRuns: 100 },
    );
  });
});

describe.each(directions)('a whole answer, %s', (_name, direction) => {
  const wire = wires[direction.family];
  const read = (text: string, served?: Served) => exchangeFor(direction, served).answer(encode(text));

  it.each([
    ['empty', wire.whole(''), 'wrong_output'],
    ['nothing', '', 'wrong_output'],
    ['not JSON', '<html>', 'wrong_output'],
    ['cut short', wire.whole('Hi').slice(0, -5), 'wrong_output'],
    ['no answer', '{}', 'wrong_output'],
    ['an error', '{"error":{"type":"server_error","message":"Oops"}}', 'error_event'],
    ['congestion', '{"error":{"type":"overloaded_error","message":"Busy"}}', 'overloaded'],
    ['of another model', wire.whole('Hi', undefined, 'other-2'), 'wrong_model'],
  ])('is a fault where it is %s', (_what, text, fault) => {
    expect(read(text).fault?.fault).toBe(fault);
  });

  it('is one where it names the model that was asked for, or may be served as', () => {
    expect(read(wire.whole('Hi')).fault).toBeUndefined();
    expect(read(wire.whole('Hi', undefined, 'other-2'), { servedAs: ['other-2'] }).fault).toBeUndefined();
    expect(read(wire.whole('Hi', undefined, 'other-2'), { checkServed: false }).fault).toBeUndefined();
  });

  it('that is refused is an answer, and says so', () => {
    expect(read(wire.whole('', wire.refusedBy))).toMatchObject({ report: { refused: true } });
    expect(read(wire.whole('', wire.refusedBy)).fault).toBeUndefined();
    expect(read(wire.whole('Hi')).report.refused).toBe(false);
  });
});

describe('a refusal in words', () => {
  it.each(directions.filter(([, { family }]) => family === 'openai'))(
    'is content, known before it is delivered, %s',
    (_name, direction) => {
      const wire = wires.openai;
      const stream = exchangeFor(direction).stream();
      expect(stream.push(encode(wire.start() + wire.refusal)).content).toBe(true);
      expect(stream.report().refused).toBe(true);
    },
  );
});
