import type { FaultClass } from '#libs/contracts';
import type { Random } from '#libs/kernel';

export interface Answer {
  readonly afterMs: number;
  readonly fault?: FaultClass;
  readonly retryAfterMs?: number;
}

type Kind = 'total' | 'partial' | 'flapping' | 'limited' | 'account' | 'slow' | 'callers';

interface Episode {
  readonly kind: Kind;
  readonly fault: FaultClass;
  readonly from: number;
  readonly to: number;
  /** Of a partial fault the share of calls, of a flapping one its period in minutes, of others whether it says when. */
  readonly level: number;
}

const strikes: readonly FaultClass[] = [
  'overloaded',
  'provider_error',
  'unreachable',
  'hang',
  'slow_first_token',
  'stall',
  'cut',
  'error_event',
  'wrong_output',
];
const accounts: readonly FaultClass[] = ['money_gone', 'daily_quota', 'bad_credential'];
const kinds: readonly Kind[] = ['total', 'total', 'partial', 'flapping', 'limited', 'account', 'slow', 'callers'];
const MINUTE = 60_000;

export const pick = <T>(of: readonly T[], random: Random, otherwise: T): T =>
  of[Math.floor(random() * of.length)] ?? otherwise;

/** From now on, for a while whose length varies widely: seconds to half an hour. */
export function newEpisode(kind: Kind, from: number, random: Random): Episode {
  const fault = kind === 'account' ? pick(accounts, random, 'money_gone') : pick(strikes, random, 'hang');
  return { kind, fault, from, to: from + 5000 * 360 ** random(), level: random() };
}

/** One target as its provider serves it: well most of the time, and broken in every way now and then. */
export class FaultyProvider {
  private episode: Episode;
  private lastEnd: number;

  constructor(
    private readonly random: Random,
    startAt: number,
  ) {
    this.episode = newEpisode('callers', startAt, random);
    this.lastEnd = startAt;
  }

  /** Breaks it now, whatever was planned. */
  break(episode: Episode): void {
    this.episode = episode;
  }

  /** For how long it has been serving; negative while it is broken. */
  wellFor(now: number): number {
    this.advance(now);
    const { from, to } = this.episode;
    if (now < from) return now - this.lastEnd;
    return now < to ? -1 : now - to;
  }

  answer(now: number): Answer {
    this.advance(now);
    const { from, to } = this.episode;
    return now < from || now >= to ? { afterMs: 200 + this.random() * 800 } : this.broken(now);
  }

  private broken(now: number): Answer {
    const { random, episode } = this;
    switch (episode.kind) {
      case 'total':
        return this.failed(now);
      case 'partial':
        return random() < episode.level ? this.failed(now) : { afterMs: 400 };
      case 'flapping':
        return (now / (episode.level * MINUTE)) % 2 < 1 ? this.failed(now) : { afterMs: 400 };
      case 'limited':
        return random() < 0.5 ? { afterMs: 30, fault: 'rate_limited', ...this.hint(now) } : { afterMs: 400 };
      case 'account':
        return { afterMs: 30, fault: episode.fault, ...this.hint(now) };
      case 'slow':
        return { afterMs: 4000 + random() * 1000 };
      case 'callers':
        return random() < 0.3 ? { afterMs: 30, fault: 'client_error' } : { afterMs: 400 };
    }
  }

  private failed(now: number): Answer {
    const { fault } = this.episode;
    const late = fault === 'hang' || fault === 'slow_first_token' || fault === 'stall';
    return { afterMs: late ? 5000 : 20 + this.random() * 100, fault, ...this.hint(now) };
  }

  /** Some say when they will be back, rightly, too early or absurdly. */
  private hint(now: number): { readonly retryAfterMs?: number } {
    const { level, to } = this.episode;
    if (level < 0.5) return {};
    return { retryAfterMs: level < 0.9 ? (to - now) * this.random() : this.random() * 1e9 - 1000 };
  }

  private advance(now: number): void {
    if (now < this.episode.to + 2 * MINUTE || this.episode.from > now) return;
    // Planned ahead, so that times without traffic pass as well.
    const from = now - Math.log(1 - this.random()) * 40 * MINUTE;
    const next = newEpisode(pick(kinds, this.random, 'total'), from, this.random);
    this.lastEnd = this.episode.to;
    this.episode = next;
  }
}
