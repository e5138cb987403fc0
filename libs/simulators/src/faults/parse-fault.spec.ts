import { describe, expect, it } from '@jest/globals';
import { GatewayError } from '#libs/kernel';
import { faultKindNames } from './fault.js';
import { faultKinds } from './fault-kinds.js';
import { parseFault } from './parse-fault.js';

function refusalOf(value: unknown): GatewayError {
  try {
    parseFault(value, ['a', 'b']);
  } catch (error) {
    if (error instanceof GatewayError) return error;
  }
  throw new Error('the fault was accepted');
}

describe('parseFault', () => {
  it('takes every kind with only a channel', () => {
    for (const kind of faultKindNames)
      expect(parseFault({ channel: 'a', kind }, ['a'])).toEqual({ channel: 'a', kind });
    expect(Object.keys(faultKinds)).toEqual(faultKindNames);
  });

  it.each([
    ['nothing', undefined, undefined, /JSON object/],
    ['no channel', { kind: 'hang' }, 'channel', /`\*`/],
    ['no kind', { channel: 'a' }, 'kind', /overloaded/],
    ['a foreign channel', { channel: 'c', kind: 'hang' }, 'channel', /one of a, b/],
    ['a foreign kind', { channel: 'a', kind: 'fire' }, 'kind', /one of rate-limit,/],
    ['too many percent', { channel: 'a', kind: 'hang', percent: 101 }, 'percent', /at most 100/],
    ['no duration', { channel: 'a', kind: 'hang', durationMs: 0 }, 'durationMs', /at least 1/],
    ['half a token', { channel: 'a', kind: 'cut', afterTokens: 0.5 }, 'afterTokens', /whole number/],
    ['a foreign mode', { channel: 'a', kind: 'cut', mode: 'axe' }, 'mode', /one of fin, rst, end/],
    ['a text for a flag', { channel: 'a', kind: 'hang', stream: 'yes' }, 'stream', /boolean/],
    [
      'another kind’s parameter',
      { channel: 'a', kind: 'cut', reported: 'm' },
      'reported',
      /cut takes afterTokens, mode/,
    ],
  ])('refuses %s with the field and the fix', (_name, value, field, fix) => {
    const refusal = refusalOf(value);
    expect(refusal.field).toBe(field);
    expect(refusal.message).toMatch(fix);
  });
});
