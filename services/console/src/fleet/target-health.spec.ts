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

const NOW = 100_000;

describe('targetHealth', () => {
  it('gives every target its state, and those without one as closed', () => {
    expect(targetHealth(revision, new Map([state('gpt-5@backup')]), NOW)).toEqual([
      expect.objectContaining({ id: 'gpt-5@primary', phase: 'closed', since: null, until: null, reason: 'none' }),
      expect.objectContaining({ id: 'gpt-5@backup', phase: 'open', since: 100, until: 200, openings: 2, region: 'eu' }),
    ]);
  });

  it('gives no end to a state that is closed again', () => {
    const [primary] = targetHealth(
      revision,
      new Map([state('gpt-5@primary', { phase: 'closed', until: 0, since: 150 })]),
      NOW,
    );
    expect(primary).toMatchObject({ phase: 'closed', since: 150, until: null });
  });

  it.each<readonly [string, Partial<TargetState>, number]>([
    ['has all of its share where nothing is said against it', { phase: 'closed', share: 1 }, 1],
    ['has less while it ramps up', { phase: 'closed', rampFrom: NOW - 1 }, 0.05],
    ['has less while it is slow', { phase: 'closed', share: 0.1 }, 0.1],
    ['has none while it is open', { phase: 'open' }, 0],
    ['has none while it is drained', { phase: 'drained', reason: 'operator' }, 0],
  ])('%s', (_name, changes, share) => {
    const [primary] = targetHealth(revision, new Map([state('gpt-5@primary', changes)]), NOW);
    expect(primary).toMatchObject({ share, drained: changes.phase === 'drained' });
  });

  it('shows gates that hold, and what the status page reports', () => {
    const outage = { at: 5, description: 'API: major_outage' };
    const gates = { requests: NOW + 1, tokens: NOW - 1 };
    const [primary, backup] = targetHealth(revision, new Map([state('gpt-5@primary', { gates, outage })]), NOW);
    expect(primary).toMatchObject({ gates: { requests: NOW + 1 }, outage });
    expect(primary?.gates).not.toHaveProperty('tokens');
    expect(backup).toMatchObject({ gates: {}, outage: null });
  });

  it('leaves out states of targets that are no longer configured', () => {
    expect(targetHealth({ ...revision, targets: [] }, new Map([state('gone')]), NOW)).toEqual([]);
  });
});
