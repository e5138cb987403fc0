import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { summaryJson } from './status-page.fixture.js';
import { judgePage, readSummary, type PageVerdict } from './status-page.js';

function judged(text: string, wanted: readonly string[]): PageVerdict {
  const summary = readSummary(text);
  if (!summary) throw new Error('the page could not be read');
  return judgePage(summary, wanted);
}

describe('a status page', () => {
  it.each([
    ['operational', undefined],
    ['degraded_performance', undefined],
    ['under_maintenance', undefined],
    ['partial_outage', 'API: partial_outage'],
    ['major_outage', 'API: major_outage'],
    ['something_new', undefined],
  ])('says of a component that is %s: %p', (status, outage) => {
    const page = summaryJson([
      { name: 'API', status },
      { name: 'Web site', status: 'major_outage' },
    ]);
    expect(judged(page, ['API'])).toEqual({ ...(outage === undefined ? {} : { outage }), unknown: [] });
  });

  it.each([
    ['none', false],
    ['minor', false],
    ['maintenance', false],
    ['major', true],
    ['critical', true],
  ])('counts as a whole where no component is named: %s', (indicator, isOutage) => {
    const { outage } = judged(summaryJson([], indicator, 'Major System Outage'), []);
    expect(outage).toBe(isOutage ? 'Major System Outage' : undefined);
  });

  it('is judged by the named components alone, all that are out told, those it does not have named', () => {
    const page = summaryJson(
      [
        { name: 'API', status: 'partial_outage' },
        { name: 'Batch', status: 'major_outage' },
        { name: 'Login', status: 'operational' },
      ],
      'critical',
    );
    expect(judged(page, ['Login', 'Files'])).toEqual({ unknown: ['Files'] });
    expect(judged(page, ['Batch', 'API', 'Login'])).toEqual({
      outage: 'API: partial_outage, Batch: major_outage',
      unknown: [],
    });
  });

  it('is told in one line, however much it says', () => {
    expect(judged(summaryJson([], 'critical', 'x'.repeat(10_000)), []).outage?.length).toBeLessThanOrEqual(200);
  });

  it.each([
    '',
    '<html>',
    '[]',
    'null',
    '{}',
    '{"status":"none","components":[]}',
    '{"status":{"indicator":1},"components":[]}',
  ])('is not one where it is %p', (text) => expect(readSummary(text)).toBeUndefined());

  it('may hold anything in its components', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.string()), (components, wanted) => {
        const summary = readSummary(JSON.stringify({ status: { indicator: 'none' }, components: [components] }));
        expect(summary).toBeDefined();
        if (summary) expect(Array.isArray(judgePage(summary, wanted).unknown)).toBe(true);
      }),
    );
  });
});
