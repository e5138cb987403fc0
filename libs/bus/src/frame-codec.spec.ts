import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Frame } from '#libs/contracts';
import { decodeFrame, encodeFrame } from './frame-codec.js';
import { bytes, frames } from './frames.fixture.js';

/** Bytes are the same whatever class holds them. */
const plain = (frame: Frame | undefined): unknown =>
  frame && 'bytes' in frame ? { ...frame, bytes: [...frame.bytes] } : frame;

describe('the frame codec', () => {
  it('gives back every frame', () => {
    fc.assert(fc.property(frames, (frame) => expect(plain(decodeFrame(encodeFrame(frame)))).toEqual(plain(frame))));
  });

  it('reads a frame that stands somewhere within a larger buffer', () => {
    fc.assert(
      fc.property(frames, bytes, bytes, (frame, before, after) => {
        const encoded = encodeFrame(frame);
        const all = Buffer.concat([before, encoded, after]);
        const view = new Uint8Array(all.buffer, all.byteOffset + before.byteLength, encoded.byteLength);
        expect(plain(decodeFrame(view))).toEqual(plain(frame));
      }),
    );
  });

  it('never throws on garbage, and takes none of it for anything but answer bytes', () => {
    fc.assert(
      fc.property(bytes, (garbage) => {
        const frame = decodeFrame(garbage);
        expect([undefined, 'data']).toContain(frame?.type);
      }),
      {
        examples: [[Buffer.from('\0\0\0\0\x005')], [Buffer.from('\x01\0\0\0\0null')], [Buffer.from('\x03\0\0\0\0[]')]],
      },
    );
  });

  it('takes no frame that was cut short, except for answer bytes, which have no end of their own', () => {
    fc.assert(
      fc.property(frames, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (frame, share) => {
        fc.pre(frame.type !== 'data' && (frame.type !== 'whole' || frame.bytes.byteLength === 0));
        const encoded = encodeFrame(frame);
        expect(decodeFrame(encoded.subarray(0, Math.floor(encoded.byteLength * share)))).toBeUndefined();
      }),
    );
  });

  it('leaves unknown types to those who know them', () => {
    expect(decodeFrame(Buffer.from([5, 0, 0, 0, 0, 0x7b, 0x7d]))).toBeUndefined();
    expect(decodeFrame(new Uint8Array())).toBeUndefined();
  });
});
