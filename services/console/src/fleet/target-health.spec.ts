import { describe, expect, it } from '@jest/globals';
import type { TargetState } from '#libs/contracts';
import { revision } from './revision.fixture.js';
import { targetHealth } from './target-health.js';

function state(target: string, changes: Partial<TargetState> = {}): readonly [string, TargetState] {
  const open = {
    phase: 'open',
    since: 100,
    until: 200,
    openings: 2,
    reason: 'overloaded',
    rampFrom: 0,
    share: 1,
    gates: {},
    evidence: [],
    version: 1,
  } as const;
  return [target, { target, ...open, ...changes }];
}

describe('targetHealth', () => {
  it('gives every target its state, and those without one as closed', () => {
    expect(targetHealth(revision, new Map([state('gpt-5@backup')]))).toEqual([
      expect.objectContaining({ id: 'gpt-5@primary', phase: 'closed', since: null, until: null, reason: 'none' }),
      expect.objectContaining({ id: 'gpt-5@backup', phase: 'open', since: 100, until: 200, openings: 2, region: 'eu' }),
    ]);
  });

  it('gives no end to a state that is closed again', () => {
    const [primary] = targetHealth(
      revision,
      new Map([state('gpt-5@primary', { phase: 'closed', until: 0, since: 150 })]),
    );
    expect(primary).toMatchObject({ phase: 'closed', since: 150, until: null });
  });

  it('leaves out states of targets that are no longer configured', () => {
    expect(targetHealth({ ...revision, targets: [] }, new Map([state('gone')]))).toEqual([]);
  });
});
