import { describe, expect, it } from '@jest/globals';
import { judgeSeries, type SeriesCall } from './judge-series.js';
import type { Series, SeriesExpectation } from './series.js';

const seriesOf = (...expected: readonly SeriesExpectation[]): Series => ({
  name: 'a series',
  fault: 'F01',
  targets: [{ model: 'a', channel: 'openai-primary' }],
  phases: [{ ms: 1, faults: [] }],
  expected,
});
const view = { status: 200, text: 'Hello', finished: true };
const answered: SeriesCall = { phase: 0, view: { ...view, end: 'whole' }, whole: true, retryAfter: 0, tookMs: 10 };
const refused = (code: string, retryAfter = 1): SeriesCall => ({
  ...answered,
  whole: false,
  retryAfter,
  view: { status: 503, text: '', finished: false, end: 'error', error: { code, message: 'No.' } },
});

describe('a series', () => {
  it('is right when every call ended clearly and every figure is within its bounds', () => {
    const series = seriesOf({ share: 'answered', least: 0.5 }, { callsAt: 0, most: 1 }, { shareOf: 0, least: 1 });
    const attempts = [{ target: 0, phase: 0 }];
    expect(judgeSeries(series, { calls: [answered, refused('targets_exhausted')], attempts })).toEqual([]);
  });

  it.each([
    ['truncated as success', { ...answered, whole: false }],
    ['hung', { ...answered, whole: false, view: { ...view, end: 'hung' } }],
    ['targets_exhausted without Retry-After', refused('targets_exhausted', 0)],
  ] as const)('is wrong with a call that is %s', (what, call) => {
    expect(judgeSeries(seriesOf(), { calls: [call], attempts: [] })).toEqual([`1 calls: ${what}`]);
  });

  it('is wrong when a figure of a phase is out of its bounds', () => {
    const series = seriesOf({ phase: 1, share: 'answered', least: 1 }, { phase: 0, callsAt: 0, most: 1 });
    const calls = [answered, { ...refused('targets_exhausted'), phase: 1 }];
    const attempts = [0, 0].map((phase) => ({ target: 0, phase }));
    expect(judgeSeries(series, { calls, attempts })).toEqual([
      'share answered in phase 2: 0, at least 1 is right',
      'calls at target 1 in phase 1: 2, at most 1 is right',
    ]);
  });
});
