import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeRecord, recordHead, RecordSplitter } from './record-splitter.js';

describe('RecordSplitter', () => {
  it('gives the same records however the stream is cut', () => {
    const records = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 });
    fc.assert(
      fc.property(records, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sent, cuts) => {
        const stream = Buffer.concat(sent.map((record) => encodeRecord([record])));
        const splitter = new RecordSplitter();
        const got: Buffer[] = [];
        for (let at = 0, n = 0; at < stream.length; n += 1) {
          const size = cuts[n % cuts.length] ?? 1;
          got.push(...splitter.push(stream.subarray(at, at + size)));
          at += size;
        }
        expect(got.map((record) => [...record])).toEqual(sent.map((record) => [...record]));
      }),
    );
  });

  it('joins the parts of a record', () => {
    const [record] = new RecordSplitter().push(encodeRecord([Buffer.from('a'), Buffer.from('bc')]));
    expect(record?.toString()).toBe('abc');
  });

  it('takes a record whose parts are written one by one', () => {
    const [record] = new RecordSplitter().push(Buffer.concat([recordHead([Buffer.from('a')], 2), Buffer.from('bc')]));
    expect(record?.toString()).toBe('abc');
  });

  it('keeps a record that came in part when its chunks are used again', () => {
    const splitter = new RecordSplitter();
    const stream = encodeRecord([Buffer.from('abcdef')]);
    const chunk = Buffer.alloc(5);
    const got = [0, 5].flatMap((at) => {
      stream.copy(chunk, 0, at, at + 5);
      return splitter.push(chunk.subarray(0, Math.min(5, stream.length - at)));
    });
    expect(got.map(String)).toEqual(['abcdef']);
  });

  it('refuses a length that no record has', () => {
    expect(() => new RecordSplitter().push(Buffer.from('GET / HTTP/1.1'))).toThrow('not a stream of records');
  });
});
