import { describe, expect, it } from '@jest/globals';
import { pendingHead } from './pending-head.js';
import { plan } from './targets.fixture.js';

describe('the head of an answer that is not there yet', () => {
  it('says what is decided, and that the rest is not', () => {
    expect(pendingHead(plan, 2)).toEqual({
      status: 200,
      held: true,
      headers: {
        'content-type': 'text/event-stream; charset=utf-8',
        'x-breakwater-route': 'fast',
        'x-breakwater-revision': '7',
        'x-breakwater-attempts': '2',
        'x-breakwater-model': 'pending',
        'x-breakwater-version': 'pending',
        'x-breakwater-channel': 'pending',
        'x-breakwater-substitution': 'pending',
        'x-breakwater-substitution-reason': 'pending',
      },
    });
  });
});
