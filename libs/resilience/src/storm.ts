import { addResults, emptyWindow, resultsAt, type ResultWindow } from './result-window.js';

export interface Rejection {
  /** What makes requests alike: parameters and structure, never their content. */
  readonly shape: string;
  readonly principal: string;
  readonly requestId: string;
}

const DAY_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const PRINCIPALS = 3;
const REQUESTS = 10;
const MAX_SHAPES = 10_000;
const MAX_SEEN = 100;

/**
 * Tells a target that rejects what it used to accept from callers' own mistakes. Only shapes of requests count that the
 * target accepted within a day.
 */
export class StormWatch {
  private readonly accepted = new Map<string, number>();
  private readonly principals = new Map<string, number>();
  private readonly requests = new Map<string, number>();
  private minute: ResultWindow = emptyWindow;

  noteAccepted(shape: string, now: number): void {
    touch(this.accepted, shape, now, MAX_SHAPES);
    this.minute = addResults(this.minute, { successes: 1, failures: 0 }, now, MINUTE_MS);
  }

  /** `storm`: within a minute, several callers' good requests were rejected, and at least half of all good ones. */
  noteRejected({ shape, principal, requestId }: Rejection, now: number): 'caller' | 'storm' {
    const acceptedAt = this.accepted.get(shape);
    if (acceptedAt === undefined || now - acceptedAt > DAY_MS) return 'caller';
    this.minute = addResults(this.minute, { successes: 0, failures: 1 }, now, MINUTE_MS);
    touch(this.principals, principal, now, MAX_SEEN);
    touch(this.requests, requestId, now, MAX_SEEN);
    forget(this.principals, now - MINUTE_MS);
    forget(this.requests, now - MINUTE_MS);
    const many = this.principals.size >= PRINCIPALS || this.requests.size >= REQUESTS;
    const { successes, failures } = resultsAt(this.minute, now, MINUTE_MS);
    return many && failures >= successes ? 'storm' : 'caller';
  }
}

/** Sets a time anew, so that the oldest stands first, and drops the oldest beyond `most`. */
function touch(times: Map<string, number>, key: string, now: number, most: number): void {
  times.delete(key);
  times.set(key, now);
  const [oldest] = times.size > most ? times.keys() : [];
  if (oldest !== undefined) times.delete(oldest);
}

function forget(times: Map<string, number>, before: number): void {
  for (const [key, at] of times) {
    if (at >= before) return;
    times.delete(key);
  }
}
