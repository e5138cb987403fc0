import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { defaultHealthPolicy, type TargetState } from '#libs/contracts';
import { closedState } from '#libs/resilience';
import { probeDue, type Activity } from './probe-due.js';

const NOW = 1_000_000;
const policy = { ...defaultHealthPolicy, probeOpenMs: 5000, probeIdleMs: 60_000 };
const closed = closedState('t');
const open: TargetState = { ...closed, phase: 'open', until: NOW - 10_000, reason: 'hang', version: 1 };
const drained: TargetState = { ...closed, phase: 'drained', reason: 'operator', version: 1 };
const outage = { at: NOW - 100, description: 'API: major_outage' };
const active: Activity = { heardAt: NOW, probedAt: 0, askedAt: 0 };

describe('probeDue', () => {
  it.each<readonly [string, TargetState, Activity, string | undefined]>([
    ['an open one that nothing probed', open, active, 'open'],
    ['an open one before its time', { ...open, until: NOW + 1 }, active, undefined],
    ['an open one whose time has just come', { ...open, until: NOW - 4999 }, active, undefined],
    ['an open one that a call has just probed', open, { ...active, probedAt: NOW - 4999 }, undefined],
    ['an open one that a call probed long ago', open, { ...active, probedAt: NOW - 5000 }, 'open'],
    ['an open one that we have just asked for', open, { ...active, askedAt: NOW - 1 }, undefined],
    ['a closed one with calls', closed, { ...active, heardAt: NOW - 59_999 }, undefined],
    ['a closed one without calls', closed, { ...active, heardAt: NOW - 60_000 }, 'idle'],
    ['an idle one that we have just asked for', closed, { heardAt: 0, probedAt: 0, askedAt: NOW - 1 }, undefined],
    ['one with calls whose vendor reports an outage', { ...closed, outage }, active, 'outage'],
    ['one probed since the outage began', { ...closed, outage }, { ...active, probedAt: NOW - 50 }, undefined],
    ['one asked for since the outage began', { ...closed, outage }, { ...active, askedAt: NOW - 100 }, undefined],
    ['an outage of one that is open, before its time', { ...open, until: NOW + 1, outage }, active, undefined],
    ['a drained one', drained, { heardAt: 0, probedAt: 0, askedAt: 0 }, undefined],
    ['a drained one in an outage', { ...drained, outage }, { heardAt: 0, probedAt: 0, askedAt: 0 }, undefined],
  ])('of %s', (_name, state, activity, expected) => {
    expect(probeDue(state, activity, policy, NOW)).toBe(expected);
  });

  it('never probes what is switched off', () => {
    const off = { ...policy, probeOpenMs: 0, probeIdleMs: 0 };
    const times = fc.record({ heardAt: fc.nat(NOW), probedAt: fc.nat(NOW), askedAt: fc.nat(NOW) });
    fc.assert(
      fc.property(fc.constantFrom(closed, open, drained), times, (state, activity) => {
        expect(probeDue(state, activity, off, NOW)).toBeUndefined();
      }),
    );
  });

  it('never asks twice within the time it waits', () => {
    fc.assert(
      fc.property(fc.constantFrom(closed, open), fc.nat(4999), fc.nat(NOW), (state, ago, earlier) => {
        const activity = { heardAt: earlier, probedAt: earlier, askedAt: NOW - ago };
        expect(probeDue(state, activity, policy, NOW)).toBeUndefined();
      }),
    );
  });
});
