import { describe, expect, it } from '@jest/globals';
import { wholeTextOf, type Cell, type CellTarget } from './cell.js';
import { judge } from './judge.js';
import { attemptAt, failedOver, pickCell, refused, streamed, streamOf } from './judge.fixture.js';
import { observe } from './observation.js';
import { price } from './spend.js';

const down = pickCell({ name: 'every call 503', shape: '2' });
const alone = pickCell({ name: 'every call 503', shape: '1' });
const cut = pickCell({ name: 'cut, FIN', shape: '2' });

function first(cell: Cell): CellTarget {
  const [target] = cell.targets;
  if (target === undefined) throw new Error('a cell without targets');
  return target;
}

describe('a cell whose call failed over', () => {
  it('is right when the next target answered whole and nothing else reached the caller', () => {
    expect(judge(down, failedOver(down))).toEqual({
      outcome: { kind: 'answered', by: 1 },
      wrong: [],
      attempts: [1, 1],
      gapsMs: [6],
      cancelled: 0,
      tookMs: 50,
      wasted: 0,
    });
  });

  it.each([
    ['hangs', { ending: 'hung' }, 'expected an answer of target 2, got hung'],
    ['was cut off', { ending: 'cut' }, 'expected an answer of target 2, got cut'],
    ['took too long', { endedAt: 1_700_000_090_000 }, 'took 90000 ms, at most 2500 are right'],
  ] as const)('is wrong when it %s', (_name, part, reason) => {
    expect(judge(down, failedOver(down, part)).wrong).toContain(reason);
  });

  it('is wrong when it looks whole and is not', () => {
    const body = Buffer.from(streamOf('Simulated answer fr'));
    const verdict = judge(down, failedOver(down, { body }));
    expect(verdict.outcome).toEqual({ kind: 'truncated as success' });
    expect(verdict.wrong).toContain('expected an answer of target 2, got truncated as success');
  });

  it('is wrong when an id of the failed attempt reached the caller', () => {
    const seen = failedOver(down);
    const { call } = seen;
    const leaking = { ...call, headers: { ...call.headers, 'x-request-id': 'req-1' } };
    expect(judge(down, { ...seen, call: leaking }).wrong).toEqual(['req-1 of a failed attempt reached the caller']);
  });

  it('is wrong when the gateway says other than the providers saw', () => {
    const { call, attempts } = failedOver(down);
    const headers = { ...call.headers, 'x-breakwater-attempts': '1', 'x-breakwater-channel': 'elsewhere' };
    const records = attempts.map(({ record }) => record);
    expect(judge(down, observe(down, { ...call, headers }, records)).wrong).toEqual([
      'the headers say 1 attempts, the providers saw 2',
      'the headers name elsewhere, openai-backup answered',
    ]);
  });

  it('is wrong when a target was asked too often, or a call was left open', () => {
    const { call, attempts } = failedOver(down);
    const again = attemptAt(down, 0, 0, { outcome: 'in-flight' });
    const { wrong } = judge(down, observe(down, call, [again, ...attempts.map(({ record }) => record)]));
    expect(wrong).toEqual([
      'the headers say 2 attempts, the providers saw 3',
      'target 1 was called 2 times, not 1',
      '3 attempts, at most 2 are right',
      '1 calls were given up, but not ended',
    ]);
  });
});

describe('a cell whose stream broke after content', () => {
  const begun = wholeTextOf(cut, first(cut)).slice(0, 30);
  const broken = { response: { status: 200, headers: {}, body: Buffer.from(streamOf(begun, { end: false })) } };
  const records = [attemptAt(cut, 0, 1, { ...broken, tokensSent: 4, outcome: 'cut-by-fault' })];

  it('is right when an explicit error follows what came', () => {
    const body = streamOf(begun, { end: false, error: 'stream_interrupted' });
    const verdict = judge(cut, observe(cut, streamed(body), records));
    expect(verdict).toMatchObject({ outcome: { kind: 'interrupted', code: 'stream_interrupted' }, wrong: [] });
    // 100 tokens of prompt and 4 of answer.
    expect(verdict.wasted).toBe((100 * price.input + 4 * price.output) / 1_000_000);
  });

  it.each([
    ['a clean end', streamOf(begun), 'expected interrupted, got truncated as success'],
    ['no end', streamOf(begun, { end: false }), 'expected interrupted, got cut'],
    [
      'another code',
      streamOf(begun, { end: false, error: 'oops' }),
      "the error's code is oops, not stream_interrupted",
    ],
    [
      'an end before the error',
      streamOf(begun, { error: 'stream_interrupted' }),
      'the interrupted stream says that it is finished',
    ],
    [
      'words of another answer',
      streamOf('Something else', { end: false, error: 'stream_interrupted' }),
      'what came before the error is no beginning of the answer',
    ],
  ])('is wrong with %s', (_name, body, reason) => {
    expect(judge(cut, observe(cut, streamed(body), records)).wrong).toContain(reason);
  });
});

it('lets the end of a held answer be told in the stream, once keep-alives have begun it', () => {
  const cell = pickCell({ name: 'cut, FIN', shape: '2 down', delivery: 'committed' });
  const records = [attemptAt(cell, 0, 1), attemptAt(cell, 1, 2)];
  const call = streamed(': keep-alive\n\ndata: {"error":{"code":"targets_exhausted","message":"No."}}\n\n');
  const late = { ...call, endedAt: call.sentAt + 6000 };
  const outcome = { kind: 'error', code: 'targets_exhausted' };
  expect(judge(cell, observe(cell, late, records))).toMatchObject({ outcome, wrong: [expect.stringMatching('took')] });
  expect(judge(cell, observe(cell, call, records)).outcome).toMatchObject({ kind: 'interrupted' });
});

describe('a cell without a way out', () => {
  const records = [attemptAt(alone, 0, 1)];
  const told = { 'retry-after': '2' };

  it('is right with one explicit error', () => {
    const seen = observe(alone, refused(503, 'targets_exhausted', told), records);
    expect(judge(alone, seen)).toMatchObject({ outcome: { kind: 'error', code: 'targets_exhausted' }, wrong: [] });
  });

  it.each([
    ['has no Retry-After', refused(503, 'targets_exhausted'), 'the error has no Retry-After'],
    [
      'has another code',
      refused(504, 'targets_timed_out', told),
      "the error's code is targets_timed_out, not targets_exhausted",
    ],
  ])('is wrong when the error %s', (_name, call, reason) => {
    expect(judge(alone, observe(alone, call, records)).wrong).toEqual([reason]);
  });
});

it('expects one whole answer of two parts where a target goes on', () => {
  const cell = pickCell({ name: 'cut, FIN', shape: '3', delivery: 'continued' });
  const records = [
    attemptAt(cell, 0, 1, { outcome: 'cut-by-fault' }),
    attemptAt(cell, 2, 2, { prefilled: true, response: { status: 200, headers: {}, body: Buffer.from('{}') } }),
  ];
  const seen = observe(cell, streamed(streamOf(wholeTextOf(cell, first(cell)))), records);
  expect(judge(cell, seen)).toMatchObject({ outcome: { kind: 'spliced' }, attempts: [1, 0, 1] });
});
