import { describe, expect, it } from '@jest/globals';
import { defaultConduct, type Conduct, type FaultClass } from '#libs/contracts';
import { penalties } from '#libs/resilience';
import { nextStep, type Ended, type Step } from './next-step.js';

const after = (ended: Ended, conduct: Partial<Conduct> = {}): Step =>
  nextStep(ended, { ...defaultConduct, ...conduct });

const afterFault: Readonly<Record<FaultClass, Step>> = {
  rate_limited: 'move_on',
  money_gone: 'move_on',
  daily_quota: 'move_on',
  overloaded: 'move_on',
  provider_error: 'move_on',
  bad_credential: 'move_on',
  client_error: 'reject',
  context_length: 'move_on',
  refused: 'reject',
  unreachable: 'move_on',
  hang: 'move_on',
  slow_first_token: 'move_on',
  stall: 'move_on',
  cut: 'move_on',
  error_event: 'move_on',
  wrong_output: 'move_on',
  wrong_model: 'move_on',
  not_capable: 'move_on',
  cancelled: 'move_on',
  hedge_lost: 'move_on',
  dispatcher_lost: 'move_on',
};

describe('nextStep', () => {
  const faults = Object.entries(afterFault);

  it('knows every fault class', () => {
    expect(faults.map(([fault]) => fault).sort()).toEqual(Object.keys(penalties).sort());
  });

  it.each(faults)('after %s before any content: %s', (fault, step) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table above
    expect(after({ outcome: 'failed', fault: fault as FaultClass, committed: false })).toBe(step);
  });

  it.each(faults)('after %s behind content: interrupt', (fault) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table above
    expect(after({ outcome: 'failed', fault: fault as FaultClass, committed: true })).toBe('interrupt');
  });

  it.each([true, false])('after success and after the caller left, committed or not (%p)', (committed) => {
    expect(after({ outcome: 'ok', committed })).toBe('answer');
    expect(after({ outcome: 'cancelled', fault: 'cancelled', committed })).toBe('abandon');
  });

  it("moves on from what is the request's own fault only where the route says so", () => {
    const conduct = { fallbackOn: ['client_error'] } as const;
    expect(after({ outcome: 'failed', fault: 'client_error', committed: false }, conduct)).toBe('move_on');
    expect(after({ outcome: 'failed', fault: 'refused', committed: false }, conduct)).toBe('reject');
    expect(after({ outcome: 'failed', fault: 'refused', committed: false }, { fallbackOn: ['refused'] })).toBe(
      'move_on',
    );
    expect(after({ outcome: 'failed', fault: 'client_error', committed: true }, conduct)).toBe('interrupt');
  });

  it('moves on from a failure without a name', () => {
    expect(after({ outcome: 'failed', committed: false })).toBe('move_on');
  });
});
