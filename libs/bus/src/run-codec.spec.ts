import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { bytes, runRequest } from './frames.fixture.js';
import { decodeRun, encodeRun } from './run-codec.js';

describe('the run codec', () => {
  it('gives back every request with its body, byte for byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(100), bytes, (route, epoch, body) => {
        const request = runRequest({ epoch, forward: { 'anthropic-beta': route } });
        const run = decodeRun(encodeRun(request, body));
        expect(run?.request).toStrictEqual(request);
        expect([...(run?.body ?? [])]).toEqual([...body]);
      }),
    );
  });

  it('never throws on garbage', () => {
    fc.assert(
      fc.property(bytes, (garbage) => expect(decodeRun(garbage)).toBeUndefined()),
      {
        examples: [[Buffer.from('\0\0\0\x015')], [Buffer.from('\0\0\0\x04null')], [Buffer.from('\0\0\0\x09{}')]],
      },
    );
  });
});
