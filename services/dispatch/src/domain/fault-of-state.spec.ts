import { describe, expect, it } from '@jest/globals';
import { closedState, drain } from '#libs/resilience';
import { failingOf } from './fault-of-state.js';
import { shut } from './targets.fixture.js';

const NOW = 1_000_000;

describe('what a shut target fails by', () => {
  it('is the fault that opened it', () => {
    expect(failingOf(shut('m@a', 'hang', NOW + 9), NOW)).toBe('hang');
  });

  it('is its limit where that is used up as well', () => {
    expect(failingOf({ ...shut('m@a', 'hang', NOW + 9), gates: { tokens: NOW + 5 } }, NOW)).toBe('rate_limited');
    expect(failingOf({ ...closedState('m@a'), gates: { tokens: NOW + 5 } }, NOW)).toBe('rate_limited');
  });

  it('is nothing where an operator took it out', () => {
    expect(failingOf(drain(shut('m@a', 'hang', NOW + 9), NOW), NOW)).toBeUndefined();
  });
});
