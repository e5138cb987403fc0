import type { SimulatedFault } from './fault-entry.js';
import type { Phase, Series, SeriesTarget } from './series.js';

const sameModel: readonly SeriesTarget[] = [
  { model: 'a', channel: 'openai-primary' },
  { model: 'a', channel: 'openai-backup' },
];
const alone: readonly SeriesTarget[] = sameModel.slice(0, 1);
const withOther: readonly SeriesTarget[] = [...sameModel, { model: 'b', channel: 'anthropic-primary' }];
const threeProviders: readonly SeriesTarget[] = [
  { model: 'a', channel: 'openai-primary' },
  { model: 'b', channel: 'anthropic-primary' },
  { model: 'c', channel: 'openai-backup' },
];

const phase = (ms: number, ...faults: readonly (readonly SimulatedFault[])[]): Phase => ({ ms, faults });
const healthy = (ms: number): Phase => phase(ms);
const down: readonly SimulatedFault[] = [{ kind: 'unavailable' }];
const failing = (percent: number): readonly SimulatedFault[] => [{ kind: 'server-error', percent }];
const everyAnswer = { share: 'answered', least: 1 } as const;

/** Faults that are none to a single call: they come, grow, go, or strike some. */
export const seriesLibrary: readonly Series[] = [
  {
    name: 'ramp to every call',
    fault: 'F02',
    targets: sameModel,
    phases: [phase(5000, [{ kind: 'server-error', onsetMs: 5000 }]), phase(4000, [{ kind: 'server-error' }])],
    expected: [everyAnswer, { phase: 1, callsAt: 0, most: 12 }],
  },
  {
    name: 'a quarter of calls',
    fault: 'F03',
    targets: sameModel,
    phases: [phase(6000, failing(25))],
    expected: [everyAnswer],
  },
  {
    name: 'a tenth of calls, no other target',
    fault: 'F03',
    targets: alone,
    phases: [phase(6000, failing(10))],
    // One repetition: two failures in a row are rare, and a budget may refuse a few.
    expected: [{ share: 'answered', least: 0.95 }],
  },
  {
    name: 'everything down, uneven recovery',
    fault: 'F04',
    targets: withOther,
    phases: [phase(3000, down, down, down), phase(5000, down, down), healthy(6000)],
    expected: [
      // Those that were under way when the first came back.
      { phase: 0, share: 'answered', most: 0.25 },
      { phase: 1, share: 'answered', least: 0.5 },
      { phase: 2, share: 'answered', least: 0.95 },
      { phase: 2, callsAt: 0, least: 1 },
    ],
  },
  {
    name: 'two providers together',
    fault: 'F05',
    targets: threeProviders,
    phases: [healthy(1000), phase(4000, down, down)],
    expected: [everyAnswer, { phase: 1, callsAt: 0, most: 24 }, { phase: 1, callsAt: 1, most: 24 }],
  },
  {
    name: 'flapping each second',
    fault: 'F07',
    targets: sameModel,
    phases: [phase(9000, [{ kind: 'unavailable', periodMs: 1000 }])],
    expected: [everyAnswer],
  },
  {
    name: 'constant latency',
    fault: 'F08',
    targets: sameModel,
    phases: [healthy(4000), phase(12_000, [{ kind: 'latency', delayMs: 1500 }])],
    // It still works, so it keeps a part of its calls.
    expected: [everyAnswer, { phase: 1, callsAt: 0, least: 1 }, { phase: 1, shareOf: 1, least: 0.25 }],
  },
  {
    name: 'one region hangs',
    fault: 'F10',
    targets: withOther,
    phases: [healthy(1000), phase(5000, [{ kind: 'hang' }], [{ kind: 'hang' }])],
    expected: [everyAnswer, { phase: 1, callsAt: 0, most: 30 }],
  },
  {
    name: '429, 503 and hangs mixed',
    fault: 'F12',
    targets: sameModel,
    phases: [phase(6000, [{ kind: 'mixed', percent: 60 }])],
    expected: [everyAnswer],
  },
  {
    name: 'storm with Retry-After',
    fault: 'F13',
    targets: sameModel,
    phases: [phase(4000, [{ kind: 'overloaded', retryAfterSeconds: 4 }]), healthy(6000)],
    expected: [everyAnswer, { phase: 0, callsAt: 0, most: 6 }, { phase: 1, callsAt: 0, least: 1 }],
  },
  {
    name: 'own quota with Retry-After',
    fault: 'F14',
    targets: sameModel,
    phases: [phase(4000, [{ kind: 'rate-limit', retryAfterSeconds: 4 }]), healthy(4000)],
    // Those under way when the first answer came.
    expected: [everyAnswer, { phase: 0, callsAt: 0, most: 4 }, { phase: 1, callsAt: 0, least: 1 }],
  },
  {
    name: 'a bad minority',
    fault: 'F21',
    targets: sameModel,
    phases: [phase(5000, [{ kind: 'empty-answer', percent: 16, sticky: 'prompt' }])],
    expected: [everyAnswer],
  },
  {
    name: 'storm of 400',
    fault: 'F11',
    targets: sameModel,
    phases: [healthy(3000), phase(4000, [{ kind: 'bad-request' }]), phase(3000, [{ kind: 'bad-request' }])],
    // Until three tenants have met it, it is each caller's own mistake.
    expected: [
      { phase: 0, share: 'answered', least: 1 },
      { phase: 2, share: 'answered', least: 0.9 },
    ],
  },
  {
    name: 'real limits of a key',
    fault: 'F14',
    targets: sameModel,
    phases: [phase(8000, [{ kind: 'quota', requestsPerMinute: 30 }])],
    // It has room for 30 calls and one more every two seconds: what comes on top of that is refused.
    expected: [everyAnswer, { callsAt: 0, most: 44 }],
  },
  {
    name: 'a burst of 401',
    fault: 'F23',
    targets: sameModel,
    phases: [healthy(1000), phase(4000, [{ kind: 'unauthorized' }])],
    expected: [everyAnswer, { phase: 1, callsAt: 0, most: 6 }],
  },
  {
    name: 'money runs out',
    fault: 'F24',
    targets: sameModel,
    phases: [healthy(1000), phase(4000, [{ kind: 'quota-exhausted' }])],
    expected: [everyAnswer, { phase: 1, callsAt: 0, most: 4 }],
  },
  {
    name: 'herd on recovery',
    fault: 'F27',
    targets: sameModel,
    phases: [phase(3000, down), healthy(2000), healthy(6000)],
    // It gets its share back step by step, and in the end.
    expected: [everyAnswer, { phase: 1, shareOf: 0, most: 0.6 }, { phase: 2, callsAt: 0, least: 5 }],
  },
  {
    name: 'a weak target comes back',
    fault: 'F27',
    targets: sameModel,
    phases: [phase(3000, down), phase(8000, [{ kind: 'herd', callsPerSecond: 4, relapseMs: 1000 }])],
    expected: [everyAnswer],
  },
];
