import type { ErrorCode } from '#libs/kernel';
import type { FaultEntry, FaultId, Nature, SimulatedFault } from './fault-entry.js';

interface Shown {
  readonly streamed: Nature;
  readonly whole: Nature;
  readonly code?: ErrorCode;
  readonly patienceMs?: number;
}

const always = (nature: Nature, code?: ErrorCode): Shown => ({
  streamed: nature,
  whole: nature,
  ...(code === undefined ? {} : { code }),
});
const transient = always('transient', 'targets_exhausted');
const silent = always('silent', 'targets_timed_out');
const lasting = always('lasting', 'targets_exhausted');
const useless = always('useless', 'targets_exhausted');
/** A stream that breaks after content; unstreamed, nothing of it has reached the caller yet. */
const broken: Shown = { streamed: 'broken', whole: 'transient', code: 'targets_exhausted' };
const stalled: Shown = { streamed: 'stalled', whole: 'silent', code: 'targets_timed_out' };
/** Faults of streams alone leave an unstreamed answer as it is. */
const streamOnly = (streamed: Nature, code: ErrorCode = 'targets_exhausted'): Shown => ({
  streamed,
  whole: 'served',
  code,
});

function entry(id: FaultId, name: string, fault: SimulatedFault, shown: Shown): FaultEntry {
  return { id, name, fault, ...shown };
}

/** What one call can meet at a target, and how that shows itself. */
export const faultLibrary: readonly FaultEntry[] = [
  entry('F01', 'every call 500', { kind: 'server-error' }, transient),
  entry('F01', 'every call 503', { kind: 'unavailable' }, transient),
  entry('F01', 'every call reset', { kind: 'reset' }, transient),
  entry('F08', 'constant latency', { kind: 'latency', delayMs: 60 }, always('served')),
  entry('F08', 'constant latency, first token late', { kind: 'slow-first-token', delayMs: 60 }, always('served')),
  entry('F09', 'reset after headers', { kind: 'reset-after-headers' }, transient),
  entry('F11', 'a lone 400', { kind: 'bad-request' }, always('rejected')),
  entry('F13', 'overloaded', { kind: 'overloaded' }, transient),
  entry('F13', 'overloaded, Retry-After', { kind: 'overloaded', retryAfterSeconds: 2 }, transient),
  entry('F14', 'own quota', { kind: 'rate-limit' }, always('capacity', 'targets_rate_limited')),
  entry(
    'F14',
    'own quota, Retry-After',
    { kind: 'rate-limit', retryAfterSeconds: 7 },
    always('capacity', 'targets_rate_limited'),
  ),
  entry('F15', '200 and no content', { kind: 'no-content' }, silent),
  entry('F15', '200, no content, no pings', { kind: 'no-content', pings: false }, silent),
  entry('F15', 'first token far too late', { kind: 'slow-first-token', delayMs: 10_000 }, silent),
  entry('F16', 'cut before content', { kind: 'cut', afterTokens: 0 }, transient),
  entry('F16', 'cut, FIN', { kind: 'cut', afterTokens: 'drawn', mode: 'fin' }, broken),
  entry('F16', 'cut, RST', { kind: 'cut', afterTokens: 'drawn', mode: 'rst' }, broken),
  entry('F16', 'cut, clean end', { kind: 'cut', afterTokens: 'drawn', mode: 'end' }, broken),
  entry('F16', 'no terminator', { kind: 'missing-terminator' }, streamOnly('broken')),
  entry('F17', 'stall before content', { kind: 'stall', afterTokens: 0 }, silent),
  entry('F17', 'stall', { kind: 'stall', afterTokens: 'drawn' }, stalled),
  entry('F17', 'stall with pings', { kind: 'stall', afterTokens: 'drawn', pings: true }, stalled),
  entry('F18', 'error before content', { kind: 'error-event', afterTokens: 0 }, streamOnly('transient')),
  entry('F18', 'error in the stream', { kind: 'error-event', afterTokens: 'drawn' }, streamOnly('broken')),
  entry(
    'F19',
    'malformed chunk',
    { kind: 'malformed-chunk', afterTokens: 'drawn' },
    { ...useless, streamed: 'served' },
  ),
  entry('F19', 'byte by byte', { kind: 'tiny-chunks' }, { ...always('served'), patienceMs: 8000 }),
  entry('F19', 'giant line', { kind: 'giant-line' }, { ...always('served'), patienceMs: 2000 }),
  entry('F20', 'empty answer', { kind: 'empty-answer' }, useless),
  entry('F20', 'a web page', { kind: 'not-json' }, useless),
  entry('F20', 'wrong model', { kind: 'wrong-model' }, useless),
  entry('F22', 'slow tokens', { kind: 'slow-tokens', tokenMs: 25 }, always('served')),
  entry('F23', 'key revoked', { kind: 'unauthorized' }, lasting),
  entry('F24', 'money gone', { kind: 'quota-exhausted' }, always('lasting')),
  entry('F25', 'no usage', { kind: 'missing-usage' }, always('served')),
  entry('F26', 'hang', { kind: 'hang' }, silent),
  entry('F26', 'hang after a long wait', { kind: 'latency', delayMs: 10_000 }, silent),
];
