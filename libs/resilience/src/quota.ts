import type { LimitKind, LimitReading } from '#libs/contracts';

/** What a call is expected to take of a credential's limits. */
export interface Need {
  readonly requests: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
}

interface Limit {
  readonly limit: number;
  readonly remaining: number;
  readonly at: number;
  readonly resetAt: number;
}

/** A call's place among those that were started: an answer tells of everything reserved up to its own. */
export interface Reservation {
  readonly need: Need;
  readonly upTo: Need;
}

/** What a provider's headers taught of one credential's limits, with what has been sent since. */
export interface Quota {
  readonly limits: { readonly [kind in LimitKind]?: Limit };
  readonly readAt: number;
  /** Everything reserved so far, and how much of that the last reading knew of. */
  readonly reserved: Need;
  readonly covered: Need;
  /** Of what it did not know of: what calls took without an answer, and did not use. */
  readonly returned: Need;
}

export type Fit = { readonly fits: true } | { readonly fits: false; readonly untilMs: number };

const FITS: Fit = { fits: true };
const nothing: Need = { requests: 0, inputTokens: 0, outputTokens: 0 };
/** What a limit without a stated reset is taken to refill in, and for how long a reading is believed. */
const MINUTE_MS = 60_000;

export const unknownQuota: Quota = {
  limits: {},
  readAt: -Infinity,
  reserved: nothing,
  covered: nothing,
  returned: nothing,
};

/** False before the first reading and where the last is stale: then a target is to be started slowly. */
export function isKnown(quota: Quota, now: number): boolean {
  return now - quota.readAt <= MINUTE_MS;
}

/** Learns from an answer's headers. `of` is the answered call's reservation; without one all calls so far are covered. */
export function noteLimits(quota: Quota, readings: readonly LimitReading[], now: number, of?: Reservation): Quota {
  const covered = of?.upTo ?? quota.reserved;
  // Overtaken by the answer of a later call, which knew more.
  if (covered.requests < quota.covered.requests) return quota;
  const read = readings.flatMap((reading): [LimitKind, Limit][] => {
    const limit = limitOf(reading, quota.limits[reading.kind], now);
    return limit ? [[reading.kind, limit]] : [];
  });
  if (read.length === 0) return quota;
  const limits = { ...quota.limits, ...Object.fromEntries(read) };
  // What later calls returned counts as sent until it is covered, too: rather too much than too little.
  return { ...quota, limits, readAt: now, covered, returned: nothing };
}

/** A call is about to be sent. */
export function reserve(quota: Quota, need: Need): { readonly quota: Quota; readonly reservation: Reservation } {
  const reserved = sum(quota.reserved, need);
  return { quota: { ...quota, reserved }, reservation: { need, upTo: reserved } };
}

/** A call has ended: what no reading covered yet is given back. */
export function release(quota: Quota, { need, upTo }: Reservation): Quota {
  if (upTo.requests <= quota.covered.requests) return quota;
  return { ...quota, returned: sum(quota.returned, need) };
}

/** The smallest share of a limit that is left, from 0 to 1; 1 where nothing is known. */
export function headroom(quota: Quota, now: number): number {
  if (quota.readAt === -Infinity) return 1;
  const shares = known(quota, now).map(({ kind, limit }) => left(quota, kind, now) / Math.max(1, limit.limit));
  return Math.max(0, Math.min(1, ...shares));
}

/** Would the call stay within the limits now? If not, `untilMs` is when it will: milliseconds since the Unix epoch. */
export function fits(quota: Quota, need: Need, now: number): Fit {
  if (quota.readAt === -Infinity) return FITS;
  const waits = known(quota, now).map(({ kind, limit }) => {
    // What is larger than the whole limit is for the provider to judge, once that is free.
    const missing = Math.min(ofKind(need, kind), limit.limit) - left(quota, kind, now);
    if (missing <= 0) return 0;
    const perMs = (limit.limit - limit.remaining) / Math.max(1, limit.resetAt - limit.at);
    return perMs > 0 ? Math.ceil(missing / perMs) : limit.resetAt - now;
  });
  const wait = Math.max(0, ...waits);
  return wait === 0 ? { fits: true } : { fits: false, untilMs: now + Math.min(wait, MINUTE_MS * 5) };
}

function limitOf(reading: LimitReading, before: Limit | undefined, now: number): Limit | undefined {
  const { limit, remaining, resetMs } = reading;
  if (remaining === undefined || !(remaining >= 0)) return undefined;
  const reset = resetMs !== undefined && resetMs >= 0 ? resetMs : MINUTE_MS;
  return { limit: Math.max(limit ?? before?.limit ?? 0, remaining), remaining, at: now, resetAt: now + reset };
}

function known(quota: Quota, now: number): readonly { readonly kind: LimitKind; readonly limit: Limit }[] {
  const kinds: readonly LimitKind[] = ['requests', 'tokens', 'input_tokens', 'output_tokens'];
  return kinds.flatMap((kind) => {
    const limit = quota.limits[kind];
    return limit && now - limit.at <= Math.max(MINUTE_MS, limit.resetAt - limit.at) ? [{ kind, limit }] : [];
  });
}

/** Grows back in a line until the reset; less what was sent that the reading does not know of. */
function left(quota: Quota, kind: LimitKind, now: number): number {
  const limit = quota.limits[kind];
  if (limit === undefined) return Infinity;
  const passed = limit.resetAt <= limit.at ? 1 : Math.min(1, (now - limit.at) / (limit.resetAt - limit.at));
  const grown = limit.remaining + (limit.limit - limit.remaining) * Math.max(0, passed);
  return grown - (ofKind(quota.reserved, kind) - ofKind(quota.covered, kind) - ofKind(quota.returned, kind));
}

function ofKind(need: Need, kind: LimitKind): number {
  switch (kind) {
    case 'requests':
      return need.requests;
    case 'tokens':
      return need.inputTokens + need.outputTokens;
    case 'input_tokens':
      return need.inputTokens;
    case 'output_tokens':
      return need.outputTokens;
  }
}

function sum(a: Need, b: Need): Need {
  return {
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
  };
}
