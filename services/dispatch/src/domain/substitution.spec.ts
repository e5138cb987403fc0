import { describe, expect, it } from '@jest/globals';
import type { TargetState } from '#libs/contracts';
import { closedState } from '#libs/resilience';
import type { Failure } from './exhausted.js';
import { substitutionReason } from './substitution.js';
import { plan, revision, shut } from './targets.fixture.js';

const modelOf = (target: string): string | undefined => revision.targets.find(({ id }) => id === target)?.model;
const failed = (target: string, fault: Failure['fault'], tried = true): Failure => ({ target, fault, tried });

function reason(failures: readonly Failure[], states: readonly TargetState[] = [], of = plan): string {
  const stateOf = (target: string): TargetState =>
    states.find((state) => state.target === target) ?? closedState(target);
  return substitutionReason(of, modelOf, { failures, stateOf, now: 0 });
}

describe('substitutionReason', () => {
  it('is the last fault of the pinned model', () => {
    expect(reason([failed('gpt-5@primary', 'hang'), failed('gpt-5@local', 'rate_limited')])).toBe('rate_limited');
  });

  it('is not a fault of the substitute', () => {
    expect(reason([failed('gpt-5@primary', 'hang'), failed('claude@spare', 'cut')])).toBe('hang');
  });

  it('counts a target that was passed over', () => {
    expect(reason([failed('gpt-5@primary', 'bad_credential', false)])).toBe('bad_credential');
  });

  it('is what the pinned model is shut for, where it was not called', () => {
    expect(reason([], [shut('gpt-5@local', 'overloaded', 5)])).toBe('overloaded');
    expect(reason([], [shut('claude@spare', 'overloaded', 5)])).toBe('by_route');
  });

  it('is the route itself where models share a tier and the weights chose', () => {
    expect(reason([], [], { ...plan, tiers: [['gpt-5@primary', 'claude@spare']] })).toBe('by_route');
  });

  it('is the quota that holds the pinned model back', () => {
    const full = { ...closedState('gpt-5@primary'), gates: { tokens: 5 } };
    expect(reason([], [full])).toBe('rate_limited');
    expect(reason([], [{ ...full, gates: { tokens: 0 } }])).toBe('by_route');
  });

  it('is the law where policy left the pinned model no target', () => {
    expect(reason([], [], { ...plan, tiers: [['claude@spare']] })).toBe('not_lawful');
  });
});
