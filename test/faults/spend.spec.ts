import { expect, it } from '@jest/globals';
import { attemptAt, pickCell } from './judge.fixture.js';
import { spentOn } from './spend.js';

const cell = pickCell({ name: 'hang', shape: '1' });
const body = Buffer.from('data: …');

it.each([
  ['nothing for a refusal', { response: { status: 503, headers: {}, body } }, 0],
  ['nothing where nothing was sent', { response: { headers: {}, body: Buffer.alloc(0) } }, 0],
  // 100 tokens of prompt at 3, 10 of answer at 15 a million.
  ['prompt and tokens sent, unreported', { response: { status: 200, headers: {}, body }, tokensSent: 10 }, 450],
  [
    'what is reported',
    {
      response: { status: 200, headers: {}, body },
      usage: { inputTokens: 1000, cachedTokens: 0, outputTokens: 100 },
    },
    4500,
  ],
])('bills %s', (_name, part, spent) => {
  expect(spentOn(attemptAt(cell, 0, 1, part))).toBe(spent);
});
