import type { FaultClass } from '#libs/contracts';
import type { FaultDefinition } from '#libs/simulators';

/**
 * What becomes of a call whose first target has a fault. `served`: by that target, whole. `replaced`: by the next one,
 * unseen. `interrupted`: content was out, so an explicit error ends it. `rejected`: the request's own fault.
 */
export type Fate =
  { readonly fate: 'served' } | { readonly fate: 'replaced' | 'interrupted' | 'rejected'; readonly fault: FaultClass };

export interface FaultFate {
  readonly name: string;
  readonly fault: Omit<FaultDefinition, 'channel' | 'model' | 'id'>;
  readonly streamed: Fate;
  readonly whole: Fate;
}

type Fault = FaultFate['fault'];

const served: Fate = { fate: 'served' };
const replaced = (fault: FaultClass): Fate => ({ fate: 'replaced', fault });
const interrupted = (fault: FaultClass): Fate => ({ fate: 'interrupted', fault });
const rejected = (fault: FaultClass = 'client_error'): Fate => ({ fate: 'rejected', fault });

function fates(fault: Fault, streamed: Fate, whole: Fate = streamed): FaultFate {
  const { kind, ...parameters } = fault;
  const details = Object.entries(parameters).map(([name, value]) => ` ${name}=${value}`);
  return { name: kind + details.join(''), fault, streamed, whole };
}

/** Every kind of fault a simulator knows, and what must become of a call that meets it first. */
export const faultFates: readonly FaultFate[] = [
  fates({ kind: 'rate-limit' }, replaced('rate_limited')),
  fates({ kind: 'rate-limit', retryAfterSeconds: 7 }, replaced('rate_limited')),
  fates({ kind: 'quota-exhausted' }, replaced('money_gone')),
  fates({ kind: 'server-error' }, replaced('provider_error')),
  fates({ kind: 'unavailable' }, replaced('overloaded')),
  fates({ kind: 'overloaded' }, replaced('overloaded')),
  fates({ kind: 'bad-request' }, rejected()),
  fates({ kind: 'unprocessable' }, rejected()),
  fates({ kind: 'not-found' }, replaced('provider_error')),
  fates({ kind: 'unauthorized' }, replaced('bad_credential')),
  fates({ kind: 'forbidden' }, replaced('bad_credential')),
  fates({ kind: 'auth-unavailable' }, replaced('overloaded')),
  fates({ kind: 'payment-required' }, replaced('money_gone')),
  fates({ kind: 'daily-quota' }, replaced('daily_quota')),
  fates({ kind: 'content-filter' }, rejected('refused')),
  fates({ kind: 'context-length' }, rejected('context_length')),
  fates({ kind: 'context-length', contextTokens: 100_000 }, served),
  fates({ kind: 'quota' }, served),
  fates({ kind: 'herd' }, served),
  fates({ kind: 'herd', callsPerSecond: 0 }, replaced('overloaded')),
  fates({ kind: 'mixed', kinds: 'unavailable' }, replaced('overloaded')),
  fates({ kind: 'bad-gateway' }, replaced('provider_error')),
  fates({ kind: 'hang' }, replaced('hang')),
  fates({ kind: 'latency', delayMs: 60 }, served),
  fates({ kind: 'latency', delayMs: 10_000 }, replaced('hang')),
  fates({ kind: 'slow-first-token', delayMs: 60 }, served),
  // Headers came, or nothing did: an unstreamed answer is only late.
  fates({ kind: 'slow-first-token' }, replaced('slow_first_token'), replaced('hang')),
  fates({ kind: 'slow-tokens', tokenMs: 20 }, served),
  fates({ kind: 'slow-tokens', tokenMs: 4000 }, replaced('slow_first_token'), served),
  fates({ kind: 'reset' }, replaced('unreachable')),
  fates({ kind: 'reset-after-headers' }, replaced('cut')),
  fates({ kind: 'cut', afterTokens: 0 }, replaced('cut')),
  fates({ kind: 'cut', mode: 'fin' }, interrupted('cut'), replaced('cut')),
  fates({ kind: 'cut', mode: 'rst' }, interrupted('cut'), replaced('cut')),
  fates({ kind: 'cut', mode: 'end' }, interrupted('cut'), replaced('cut')),
  fates({ kind: 'stall', afterTokens: 0 }, replaced('slow_first_token')),
  fates({ kind: 'stall', afterTokens: 0, pings: true }, replaced('slow_first_token')),
  fates({ kind: 'stall' }, interrupted('stall'), replaced('slow_first_token')),
  fates({ kind: 'stall', pings: true }, interrupted('stall'), replaced('slow_first_token')),
  fates({ kind: 'error-event', afterTokens: 0 }, replaced('error_event'), served),
  fates({ kind: 'error-event' }, interrupted('error_event'), served),
  fates({ kind: 'malformed-chunk' }, served, replaced('wrong_output')),
  // One token is lost with its event; what else came is passed on.
  fates({ kind: 'corrupt-token' }, served),
  fates({ kind: 'wrong-prefix' }, served),
  fates({ kind: 'crlf' }, served),
  fates({ kind: 'byte-order-mark' }, served),
  fates({ kind: 'missing-terminator' }, interrupted('cut'), served),
  fates({ kind: 'no-content' }, replaced('slow_first_token')),
  fates({ kind: 'empty-answer' }, replaced('wrong_output')),
  fates({ kind: 'wrong-model' }, replaced('wrong_model')),
  fates({ kind: 'filtered-answer' }, served),
  fates({ kind: 'garbled' }, served),
  fates({ kind: 'repeated-token' }, served),
  fates({ kind: 'wrong-script' }, served),
  fates({ kind: 'repeats-prefill' }, served),
  fates({ kind: 'not-json' }, replaced('wrong_output')),
  fates({ kind: 'missing-usage' }, served),
  fates({ kind: 'wrong-usage' }, served),
  fates({ kind: 'lying-limits' }, served),
  fates({ kind: 'tiny-chunks' }, served),
  fates({ kind: 'giant-line' }, served),
];
