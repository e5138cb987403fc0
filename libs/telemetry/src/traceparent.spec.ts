import { describe, expect, it } from '@jest/globals';
import { formatTraceparent, parseTraceparent } from './traceparent.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('traceparent', () => {
  it.each([
    ['sampled', `00-${traceId}-${spanId}-01`, 1],
    ['not sampled', `00-${traceId}-${spanId}-00`, 0],
    ['with flags of a later level', `00-${traceId}-${spanId}-03`, 1],
    ['of a later version, with more fields', `cc-${traceId}-${spanId}-01-what-the-future-brings`, 1],
  ] as const)('is read when %s', (_name, value, traceFlags) => {
    expect(parseTraceparent(value)).toEqual({ traceId, spanId, traceFlags, isRemote: true });
  });

  it.each([
    ['absent', undefined],
    ['empty', ''],
    ['of the forbidden version', `ff-${traceId}-${spanId}-01`],
    ['in upper case', `00-${traceId.toUpperCase()}-${spanId}-01`],
    ['without a trace', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['without a span', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['short', `00-${traceId}-${spanId.slice(1)}-01`],
    ['of version 00 with more fields', `00-${traceId}-${spanId}-01-more`],
    ['endless', `cc-${traceId}-${spanId}-01-${'x'.repeat(10_000)}`],
    ['followed by another line', `00-${traceId}-${spanId}-01\nevil: 1`],
  ])('is ignored when %s', (_name, value) => {
    expect(parseTraceparent(value)).toBeUndefined();
  });

  it.each([`00-${traceId}-${spanId}-01`, `00-${traceId}-${spanId}-00`])('is written as it was read: %s', (value) => {
    const context = parseTraceparent(value);
    expect(context && formatTraceparent(context)).toBe(value);
  });
});
