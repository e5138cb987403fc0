import fc, { type Arbitrary } from 'fast-check';
import {
  defaultConduct,
  type AnswerHead,
  type AttemptStart,
  type Frame,
  type Plan,
  type RunRequest,
  type RunSummary,
} from '#libs/contracts';

const text = fc.string({ unit: 'binary' });
const token = fc.stringMatching(/^[a-z][a-z0-9-]{0,12}$/);
/** The whole of the four bytes that number a frame. */
const seq = fc.oneof(fc.nat(1000), fc.integer({ min: 2 ** 31 - 2, max: 2 ** 31 + 2 }), fc.constant(2 ** 32 - 1));

const attempt: Arbitrary<AttemptStart> = fc.record({
  attemptId: token,
  number: fc.nat(),
  purpose: fc.constantFrom('first', 'retry', 'failover'),
  model: text,
  target: text,
  channel: text,
  provider: text,
  requestedVersion: text,
  startedAt: fc.nat(),
  dispatcher: token,
});
export const attemptStart: AttemptStart = {
  attemptId: 'req_1.0.1',
  number: 1,
  purpose: 'first',
  model: 'fast',
  target: 'fast@primary',
  channel: 'primary',
  provider: 'openai',
  requestedVersion: 'fast-1',
  startedAt: 1,
  dispatcher: 'd1',
};
const head: Arbitrary<AnswerHead> = fc.record({
  status: fc.integer({ min: 200, max: 599 }),
  headers: fc.dictionary(token, text, { noNullPrototype: true }),
});
const usage = fc.record({
  inputTokens: fc.nat(),
  outputTokens: fc.nat(),
  cacheReadTokens: fc.nat(),
  cacheWriteTokens: fc.nat(),
});
const summary: Arbitrary<RunSummary> = fc.record(
  {
    outcome: fc.constantFrom('ok', 'failed', 'cancelled', 'interrupted'),
    errorCode: fc.constantFrom('targets_exhausted', 'stream_interrupted'),
    attempts: fc.nat(),
    providerMs: fc.double({ min: 0, max: 1e9, noNaN: true }).map((ms) => ms + 0),
    model: text,
    servedVersion: text,
    usage,
    costMicros: fc.maxSafeNat(),
  },
  { requiredKeys: ['outcome', 'attempts', 'providerMs', 'usage', 'costMicros'] },
);
export const bytes = fc.uint8Array({ maxLength: 2000 });

export const frames: Arbitrary<Frame> = fc.oneof(
  fc.record({ type: fc.constant('attempt' as const), seq, attempt }),
  fc.record({ type: fc.constant('head' as const), seq, head }),
  fc.record({ type: fc.constant('data' as const), seq, bytes }),
  fc.record({ type: fc.constant('end' as const), seq, summary }),
  fc.record({ type: fc.constant('whole' as const), seq, head, summary, bytes }),
);

const plan: Plan = {
  revision: 3,
  route: 'fast',
  model: 'gpt-5',
  tiers: [['gpt-5@a'], ['gpt-5@b']],
  deadlines: { connect: 1, firstToken: 2, interToken: 3, attempt: 4, total: 5 },
  conduct: defaultConduct,
};

export function runRequest(changes: Partial<RunRequest> = {}): RunRequest {
  return {
    v: 1,
    requestId: 'req_1',
    epoch: 0,
    attempts: 0,
    surface: 'openai-chat',
    stream: true,
    maxOutputTokens: 0,
    principal: { tenant: 'acme', team: 'search', agent: 'crawler', key: 'key-1' },
    plan,
    fields: { model: [10, 16] },
    forward: {},
    deadlineAt: 1,
    ...changes,
  };
}

export const zeroSummary: RunSummary = {
  outcome: 'ok',
  attempts: 1,
  providerMs: 1,
  usage: { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 },
  costMicros: 0,
};
