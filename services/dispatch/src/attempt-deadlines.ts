import type { Deadlines, FaultClass } from '#libs/contracts';
import { systemClock, Watchdog } from '#libs/kernel';

export interface Limits {
  readonly deadlines: Deadlines;
  /** Milliseconds left of the whole call. */
  readonly remaining: number;
  readonly stream: boolean;
}

/**
 * Watches one attempt: connect, first content token, silence between tokens, and the attempt as a whole. The last also
 * keeps the call's own limit; the others judge the provider, which has no part in a standstill of this process.
 */
export class AttemptDeadlines {
  private phase: 'connect' | 'first-token' | 'tokens' = 'connect';
  private answering = false;
  private silence: Watchdog | undefined;
  private whole: NodeJS.Timeout | undefined;
  private wholeLeft: number;
  private wholeSince = 0;

  constructor(
    private readonly limits: Limits,
    private readonly expire: (fault: FaultClass, rushed: boolean) => void,
  ) {
    const { deadlines, remaining } = limits;
    this.wholeLeft = Math.max(0, Math.min(deadlines.attempt, remaining));
    this.startWhole();
    this.watch(deadlines.connect);
  }

  /** The connection stands and the request is being written. */
  sent(): void {
    this.phase = 'first-token';
    // An unstreamed answer comes all at once: only the attempt's own deadline can judge it.
    if (this.limits.stream) this.watch(this.limits.deadlines.firstToken);
    else this.silence?.stop();
  }

  answered(): void {
    this.answering = true;
  }

  /** Its status says what there is to know: what it explains is not waited for long. */
  refused(): void {
    this.watch(EXPLANATION_MS);
  }

  content(): void {
    if (this.phase === 'tokens') return this.silence?.reset();
    this.phase = 'tokens';
    this.watch(this.limits.deadlines.interToken);
  }

  /** A slow caller is no fault of the provider: the time it takes does not count. */
  pause(): void {
    this.stop();
    this.wholeLeft -= systemClock.monotonic() - this.wholeSince;
  }

  resume(): void {
    this.startWhole();
    if (this.phase === 'tokens') this.watch(this.limits.deadlines.interToken);
  }

  stop(): void {
    this.silence?.stop();
    clearTimeout(this.whole);
  }

  /** In place of what was watched before. */
  private watch(ms: number): void {
    this.silence?.stop();
    this.silence = new Watchdog(ms, () => this.expired());
  }

  private startWhole(): void {
    this.wholeSince = systemClock.monotonic();
    this.whole = setTimeout(() => this.expired(this.isRushed), coarse(this.wholeLeft));
  }

  /** Others had most of the call's time before it began: that it did not end in the rest says nothing of it. */
  private get isRushed(): boolean {
    const { deadlines, remaining } = this.limits;
    return remaining < deadlines.attempt && remaining < deadlines.total / 2;
  }

  private expired(rushed = false): void {
    this.stop();
    if (this.phase === 'connect') this.expire('unreachable', rushed);
    else if (this.phase === 'tokens') this.expire('stall', rushed);
    else this.expire(this.answering ? 'slow_first_token' : 'hang', rushed);
  }
}

const EXPLANATION_MS = 2000;

/**
 * Rounded up by 1 % at the most. Timers of one duration share a list; what is left of a call's time is another number
 * of milliseconds for each call, and a list for each costs more than all else of a timer.
 */
function coarse(ms: number): number {
  return ms < COARSE_FROM_MS ? ms : Math.ceil(ms / COARSE_MS) * COARSE_MS;
}

const COARSE_FROM_MS = 10_000;
const COARSE_MS = 100;
