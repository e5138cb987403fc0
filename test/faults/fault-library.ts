import type { ErrorCode } from '#libs/kernel';
import type { FaultEntry, FaultId, Nature, SimulatedFault, Unreachable } from './fault-entry.js';

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
const full = always('capacity', 'targets_rate_limited');
const rejected = always('rejected');
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

function noWay(id: FaultId, name: string, unreachable: Unreachable, shown: Shown = transient): FaultEntry {
  return { id, name, fault: { unreachable }, ...shown };
}

/** What one call can meet at a target, and how that shows itself. */
export const faultLibrary: readonly FaultEntry[] = [
  entry('F01', 'every call 500', { kind: 'server-error' }, transient),
  entry('F01', 'every call 503', { kind: 'unavailable' }, transient),
  entry('F01', 'every call 502, a page', { kind: 'bad-gateway' }, transient),
  entry('F01', 'every call reset', { kind: 'reset' }, transient),
  { ...entry('F03', 'a single 503', { kind: 'unavailable' }, always('passing')), shapes: ['1', '2'] },
  { ...entry('F03', 'a single reset', { kind: 'reset' }, always('passing')), shapes: ['1', '2'] },
  noWay('F06', 'no such name', 'no-such-name'),
  entry('F08', 'constant latency', { kind: 'latency', delayMs: 60 }, always('served')),
  entry('F08', 'late first token', { kind: 'slow-first-token', delayMs: 60 }, always('served')),
  noWay('F09', 'connection refused', 'refuse'),
  noWay('F09', 'connection reset', 'reset'),
  noWay('F09', 'nobody at the door', 'black-hole', silent),
  noWay('F09', 'self-signed certificate', 'self-signed'),
  entry('F09', 'reset after headers', { kind: 'reset-after-headers' }, transient),
  entry('F11', 'a lone 400', { kind: 'bad-request' }, rejected),
  // The caller names a route: that a provider has no such model is not the caller's mistake.
  entry('F11', '404, the model is gone', { kind: 'not-found' }, transient),
  entry('F11', 'a lone 422', { kind: 'unprocessable' }, rejected),
  entry('F11', 'content filter', { kind: 'content-filter' }, rejected),
  entry('F11', 'prompt too long', { kind: 'context-length' }, always('too_long')),
  entry('F13', 'overloaded', { kind: 'overloaded' }, transient),
  entry('F13', 'overloaded, Retry-After', { kind: 'overloaded', retryAfterSeconds: 20 }, always('capacity')),
  entry('F14', 'own quota', { kind: 'rate-limit' }, full),
  entry('F14', 'quota, Retry-After', { kind: 'rate-limit', retryAfterSeconds: 7 }, full),
  entry('F14', 'quota, date', { kind: 'rate-limit', retryAfterSeconds: 7, retryAfterForm: 'date' }, full),
  entry('F14', 'quota, milliseconds', { kind: 'rate-limit', retryAfterSeconds: 7, retryAfterForm: 'ms' }, full),
  entry('F14', 'quota, absurd', { kind: 'rate-limit', retryAfterText: '-99999999999' }, full),
  entry('F14', "the day's quota", { kind: 'daily-quota' }, always('lasting')),
  entry('F14', 'limits lie: nothing', { kind: 'lying-limits', says: 'nothing' }, always('served')),
  entry('F14', 'limits lie: nonsense', { kind: 'lying-limits', says: 'nonsense' }, always('served')),
  entry('F15', '200 and no content', { kind: 'no-content' }, silent),
  entry('F15', '200, nothing at all', { kind: 'no-content', pings: false }, silent),
  entry('F15', 'first token too late', { kind: 'slow-first-token', delayMs: 15_000 }, silent),
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
  entry('F19', 'byte by byte', { kind: 'tiny-chunks' }, { ...always('served'), patienceMs: 20_000 }),
  entry('F19', 'giant line', { kind: 'giant-line' }, { ...always('served'), patienceMs: 4000 }),
  entry('F19', 'lines end in CR LF', { kind: 'crlf' }, always('served')),
  entry('F19', 'byte-order mark', { kind: 'byte-order-mark' }, always('served')),
  entry('F20', 'empty answer', { kind: 'empty-answer' }, useless),
  entry('F20', 'a web page', { kind: 'not-json' }, useless),
  entry('F20', 'wrong model', { kind: 'wrong-model' }, useless),
  entry('F22', 'slow tokens', { kind: 'slow-tokens', tokenMs: 20 }, { ...always('served'), patienceMs: 2000 }),
  entry('F23', 'key revoked', { kind: 'unauthorized' }, lasting),
  entry('F23', 'key without the right', { kind: 'forbidden' }, lasting),
  entry('F23', 'keys cannot be checked', { kind: 'auth-unavailable' }, transient),
  entry('F24', 'money gone', { kind: 'quota-exhausted' }, always('lasting')),
  entry('F24', '402', { kind: 'payment-required' }, always('lasting')),
  entry('F25', 'no usage', { kind: 'missing-usage' }, always('served')),
  entry('F25', 'usage too high', { kind: 'wrong-usage', usage: 'high' }, always('served')),
  entry('F25', 'usage negative', { kind: 'wrong-usage', usage: 'negative' }, always('served')),
  entry('F26', 'hang', { kind: 'hang' }, silent),
  entry('F26', 'everything too late', { kind: 'latency', delayMs: 15_000 }, silent),
];
