import { describe, expect, it } from '@jest/globals';
import { noUsage, type FaultClass, type Usage } from '#libs/contracts';
import type { AnswerReport } from '#libs/providers';
import { settledUsage, type Spent } from './settled-usage.js';

const nothing: AnswerReport = {
  usage: noUsage,
  usageReported: false,
  content: false,
  refused: false,
  outputBytes: 0,
  malformed: 0,
};
const begun: AnswerReport = { ...nothing, content: true, outputBytes: 41 };
const counted = (inputTokens: number, outputTokens: number): Usage => ({ ...noUsage, inputTokens, outputTokens });
const failed = (fault: FaultClass, report?: AnswerReport): Spent => {
  return { outcome: 'failed', fault, sent: true, ...(report ? { report } : {}) };
};
const settled = (spent: Spent) => {
  const { usage, estimated } = settledUsage(spent, () => 100);
  return [usage.inputTokens, usage.outputTokens, estimated];
};

describe('settledUsage', () => {
  it('is what the provider counted, where it finished', () => {
    const report = { ...begun, usage: counted(7, 9), usageReported: true, finishReason: 'stop' };
    expect(settled({ outcome: 'ok', sent: true, report })).toEqual([7, 9, false]);
    expect(settled(failed('cut', report))).toEqual([7, 9, false]);
  });

  it('asks for the prompt only where it must', () => {
    const refuse = (): number => {
      throw new Error('asked');
    };
    const report = { ...begun, usage: counted(7, 9), usageReported: true };
    expect(settledUsage({ outcome: 'ok', sent: true, report }, refuse).estimated).toBe(false);
    expect(settledUsage(failed('stall', report), refuse).usage.inputTokens).toBe(7);
  });

  it.each([
    ['an answer that never said its usage', { outcome: 'ok', sent: true, report: begun }, [100, 11, true]],
    ['a stream that was cut', failed('cut', begun), [100, 11, true]],
    ['a stream that failed after content', failed('error_event', begun), [100, 11, true]],
    ['an answer that began and brought nothing', failed('slow_first_token', nothing), [100, 0, true]],
    ['a call that its caller left', { outcome: 'cancelled', fault: 'cancelled', sent: true }, [100, 0, true]],
    ['a stream that its caller left', { outcome: 'cancelled', sent: true, report: begun }, [100, 11, true]],
  ] as const)('is estimated for %s', (_name, spent, expected) => expect(settled(spent)).toEqual(expected));

  it('keeps what a provider counts as it goes, and adds what came after', () => {
    const report = { ...begun, usage: counted(50, 1), usageReported: true };
    expect(settled(failed('cut', report))).toEqual([50, 11, true]);
    expect(settled(failed('cut', { ...report, usage: counted(50, 30) }))).toEqual([50, 30, true]);
  });

  it.each([
    ['a refusal', failed('overloaded')],
    ['a request that is wrong', failed('client_error')],
    ['silence', failed('hang')],
    ['a connection that never stood', { outcome: 'failed', fault: 'unreachable', sent: false }],
    ['a call left before it was sent', { outcome: 'cancelled', fault: 'cancelled', sent: false }],
    ['what is no answer', failed('wrong_output', nothing)],
  ] as const)('is nothing for %s', (_name, spent) => expect(settled(spent)).toEqual([0, 0, false]));
});
