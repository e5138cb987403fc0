import type { Clock } from '#libs/kernel';

/** A stream waits this long for every other call that is under way with it. */
const MS_PER_CALL = 2;
/** Fifty times a second is more than a reader sees. */
const MOST_MS = 20;
/** Nobody waits for the news of an attempt: it is for the ledger, should this process die. */
const NEWS_MS = 10;

type Release = () => void;

/** Lets frames that can wait travel together: each on its own wakes ingress, and a token costs a write to its caller. */
export class FramePace {
  private readonly tokens: Gathering;
  private readonly news: Gathering;

  /** @param underWay how many calls there are now */
  constructor(
    private readonly underWay: () => number,
    clock: Pick<Clock, 'monotonic'>,
  ) {
    this.tokens = new Gathering(clock);
    this.news = new Gathering(clock);
  }

  /** Has a stream's bytes released a little later; at once where no other call is to be waited for. */
  gatherTokens(release: Release): void {
    const patienceMs = Math.min(MOST_MS, MS_PER_CALL * (this.underWay() - 1));
    if (patienceMs <= 0) release();
    else this.tokens.add(release, patienceMs);
  }

  /** Has the news of an attempt told a little later. */
  gatherNews(release: Release): void {
    this.news.add(release, NEWS_MS);
  }

  /** Something leaves that cannot wait: what has waited for half of its time already goes with it. */
  leaving(): void {
    this.news.joinIn();
    this.tokens.joinIn();
  }
}

class Gathering {
  private waiting: Release[] = [];
  private timer: NodeJS.Timeout | undefined;
  private readyAt = 0;

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  /** The first that waits decides for how long. */
  add(release: Release, patienceMs: number): void {
    this.waiting.push(release);
    if (this.waiting.length > 1) return;
    this.readyAt = this.clock.monotonic() + patienceMs / 2;
    this.timer = setTimeout(this.leave, patienceMs);
  }

  joinIn(): void {
    if (this.waiting.length > 0 && this.clock.monotonic() >= this.readyAt) this.leave();
  }

  private readonly leave = (): void => {
    clearTimeout(this.timer);
    const { waiting } = this;
    this.waiting = [];
    for (const release of waiting) release();
  };
}
