import type { FaultParameters } from './fault.js';
import type { FaultSubject } from './fault-subject.js';
import { TokenBucket } from './token-bucket.js';
import type { Trigger, TriggerVerdict } from './trigger.js';

interface Buckets {
  readonly requests: TokenBucket;
  readonly tokens: TokenBucket;
}

const defaults = { requests: 60, tokens: 100_000 };

/** Limits per minute for each key and model. A call counts with its prompt and the longest answer it asks for. */
export function quota({ requestsPerMinute, tokensPerMinute }: FaultParameters): Trigger {
  const kept = new Map<string, Buckets>();
  const bucketsOf = ({ channel, model = '', credential = '' }: FaultSubject, now: number): Buckets => {
    const key = [channel, model, credential].join(' ');
    const known = kept.get(key) ?? {
      requests: new TokenBucket(requestsPerMinute ?? defaults.requests, now),
      tokens: new TokenBucket(tokensPerMinute ?? defaults.tokens, now),
    };
    kept.set(key, known);
    return known;
  };
  return (call, now) => charge(bucketsOf(call, now), costOf(call), now);
}

function costOf({ promptTokens = 0, maximumTokens = 0 }: FaultSubject): number {
  return promptTokens + (Number.isFinite(maximumTokens) ? maximumTokens : 0);
}

function charge({ requests, tokens }: Buckets, cost: number, now: number): TriggerVerdict {
  const retryMs = Math.max(requests.msUntil(1, now), tokens.msUntil(cost, now));
  // As at the vendors, a refused call counts as a request too: who hammers gets nothing.
  requests.take(1, now);
  if (retryMs === 0) tokens.take(cost, now);
  const limits = { requests: requests.state(now), tokens: tokens.state(now) };
  return retryMs === 0 ? { strikes: false, limits } : { strikes: true, limits: { ...limits, retryMs } };
}
