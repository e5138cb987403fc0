export interface RetryBudgetLimits {
  /** What a first attempt adds to the budget, as a share of its cost. */
  readonly ratio: number;
  /** Further attempts that may be made on credit, in average first attempts: a quiet gateway fails over, too. */
  readonly credit: number;
  /** The most that is saved up, in average first attempts. */
  readonly cap: number;
}

const standard: RetryBudgetLimits = { ratio: 0.2, credit: 10, cap: 1000 };

/** How far back the average reaches, in attempts. */
const AVERAGE_OVER = 100;
/** Savings of calmer times lose half their worth in this long. */
const HALF_LIFE_MS = 300_000;

/**
 * What attempts beyond the first may cost. In an outage of everything they add a fifth to what first attempts cost, in
 * the long run; what a successful one has cost is given back, so that failover to what works is never rationed.
 */
export class RetryBudget {
  private saved = 0;
  private average = 0;
  private attempts = 0;
  private agedAt: number | undefined;

  constructor(private readonly limits: RetryBudgetLimits = standard) {}

  /** A first attempt was made, of this estimated cost. */
  earn(cost: number): void {
    const priced = worth(cost);
    this.attempts = Math.min(AVERAGE_OVER, this.attempts + 1);
    this.average += (priced - this.average) / this.attempts;
    this.add(priced * this.limits.ratio);
  }

  /** May a further attempt of this cost be made? If so, it is paid. */
  spend(cost: number, now: number): boolean {
    this.age(now);
    const priced = worth(cost);
    const average = this.average || priced;
    if (this.saved + average * this.limits.credit < priced) return false;
    this.saved -= priced;
    return true;
  }

  /** A further attempt succeeded: it was worth its cost. */
  refund(cost: number): void {
    this.add(worth(cost));
  }

  private add(amount: number): void {
    this.saved = Math.min(this.saved + amount, this.average * this.limits.cap);
  }

  private age(now: number): void {
    if (this.saved > 0 && this.agedAt !== undefined)
      this.saved *= 0.5 ** (Math.max(0, now - this.agedAt) / HALF_LIFE_MS);
    this.agedAt = now;
  }
}

/** What costs nothing is rationed by number. */
const worth = (cost: number): number => Math.max(1, cost);
