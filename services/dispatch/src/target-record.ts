import {
  admits,
  coldStart,
  fits,
  headroom,
  isKnown,
  LatencyBook,
  noteLimited,
  noteLimits,
  noteStart,
  noteSuccess,
  penalties,
  release,
  reserve,
  StormWatch,
  Trickle,
  unknownQuota,
  type PaceChange,
  type Quota,
  type Reservation,
} from '#libs/resilience';
import type { Target } from '#libs/contracts';
import type { AttemptResult } from './attempt-result.js';
import type { CallNeed } from './domain/call-need.js';

/** A place that a call took at a target. */
export interface Place {
  readonly need: CallNeed;
  readonly reservation: Reservation;
}

/** Room for one more call: `untilMs` is when to look again, 0 where there is room now. */
export interface Room {
  readonly untilMs: number;
}

export interface RoomWanted {
  readonly now: number;
  /** A target that traffic is only now shifting to, and whose limits are not known yet, starts slowly. */
  readonly careful: boolean;
  /** The call may still wait. */
  readonly patient: boolean;
}

const NOW: Room = { untilMs: 0 };
/** How soon a place may come free where only our own calls fill the target. */
const LOOK_AGAIN_MS = 25;
const NEARLY_NOTHING = 0.05;

/** What this dispatcher knows of one target from its own calls: pace, limits, and what is under way. */
export class TargetRecord {
  readonly book = new LatencyBook();
  readonly storms = new StormWatch();
  readonly trickle = new Trickle();
  inFlight = 0;
  private tokensInFlight = 0;
  private quota: Quota = unknownQuota;
  private cold = coldStart;

  /** Said by the provider itself, lately. */
  hasQuotaLeft(now: number): boolean {
    return isKnown(this.quota, now) && headroom(this.quota, now) > 0;
  }

  headroom(now: number): number {
    return headroom(this.quota, now);
  }

  room({ limits }: Target, need: CallNeed, { now, careful, patient }: RoomWanted): Room {
    const { concurrency = Infinity, tokensInFlight = Infinity } = limits;
    const tokens = need.inputTokens + need.outputTokens;
    // One call of any size is let through an empty target: nothing would ever make room for it.
    const crowded =
      this.inFlight >= concurrency || (this.inFlight > 0 && this.tokensInFlight + tokens > tokensInFlight);
    if (crowded || (careful && !admits(this.cold, this.inFlight, now))) return { untilMs: now + LOOK_AGAIN_MS };
    const fit = fits(this.quota, need, now);
    // What a call will take is our own guess: where it has waited, and something is left, the provider may judge.
    if (fit.fits || (!patient && this.headroom(now) > NEARLY_NOTHING)) return NOW;
    // Those who wait for a few tokens only would look again all the time.
    return { untilMs: Math.max(fit.untilMs, now + LOOK_AGAIN_MS) };
  }

  begin(need: CallNeed, now: number): Place {
    const { quota, reservation } = reserve(this.quota, need);
    this.quota = quota;
    this.cold = noteStart(this.cold, now);
    this.inFlight += 1;
    this.tokensInFlight += need.inputTokens + need.outputTokens;
    return { need, reservation };
  }

  /** @returns the change where the target has become slow, or normal again */
  end({ need, reservation }: Place, result: AttemptResult, now: number): PaceChange | undefined {
    this.inFlight -= 1;
    this.tokensInFlight -= need.inputTokens + need.outputTokens;
    this.quota = release(noteLimits(this.quota, result.limits, now, reservation), reservation);
    if (result.fault === 'rate_limited') this.cold = noteLimited(this.cold, now);
    if (isFaulty(result)) this.book.noteFailure(result.retryAfterMs ?? 0, now);
    if (result.gapMs !== undefined) this.book.gap.add(result.gapMs);
    if (result.outcome !== 'ok') return undefined;
    this.cold = noteSuccess(this.cold, now);
    if (result.firstTokenMs !== undefined) return this.book.noteFirstToken(need.inputTokens, result.firstTokenMs, now);
    this.book.noteWhole(need.inputTokens, result.durationMs, now);
    return undefined;
  }
}

/** Callers' own mistakes are answered fast, and say nothing of the target's pace. */
const isFaulty = ({ outcome, fault }: AttemptResult): boolean =>
  outcome === 'failed' && (fault === undefined || penalties[fault] !== 'none');
