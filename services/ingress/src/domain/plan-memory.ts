import type { Decision, Plan, RequestFacts, Reuse } from '#libs/contracts';

interface Remembered {
  readonly plan: Plan;
  readonly reuse: Reuse;
  /** On the clock that is given. */
  readonly until: number;
}

const MOST = 10_000;

/** Plans that policy has said hold for further requests; policy stays the only one who decides. */
export class PlanMemory {
  private readonly plans = new Map<string, Remembered>();

  remember(facts: RequestFacts, decision: Decision, now: number): void {
    if (!('plan' in decision) || !decision.reuse) return;
    if (this.plans.size >= MOST) this.plans.clear();
    const { plan, reuse } = decision;
    this.plans.set(keyOf(facts), { plan, reuse, until: now + reuse.forMs });
  }

  /** The plan that holds for this request under this revision, if any does. */
  recall(facts: RequestFacts, revision: number, now: number): Plan | undefined {
    const known = this.plans.get(keyOf(facts));
    if (!known || known.until <= now || known.plan.revision !== revision) return undefined;
    return facts.estimatedInputTokens + facts.maxOutputTokens <= known.reuse.upToTokens ? known.plan : undefined;
  }
}

/** Ids cannot hold a line feed. */
const keyOf = ({ principal, route, needs }: RequestFacts): string => [principal.key, route, ...needs].join('\n');
