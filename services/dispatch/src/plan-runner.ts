import { Injectable } from '@nestjs/common';
import { systemClock, systemRandom } from '#libs/kernel';
import { AttemptRunner } from './attempt-runner.js';
import { Finisher } from './finisher.js';
import type { Call } from './call.js';
import { Catalog } from './catalog.js';
import { nextCandidate, type Candidate } from './domain/next-candidate.js';
import { nextStep } from './domain/next-step.js';
import { LocalHealth } from './local-health.js';
import type { Tried } from './target-caller.js';

/** The failover loop: target after target, until the caller has an answer or there is nothing left to try. */
@Injectable()
export class PlanRunner {
  constructor(
    private readonly health: LocalHealth,
    private readonly catalog: Catalog,
    private readonly attempts: AttemptRunner,
    private readonly finish: Finisher,
  ) {}

  async run(call: Call): Promise<void> {
    const passed = new Set<string>();
    for (;;) {
      const candidate = this.next(call, passed);
      if (!candidate) return this.finish.exhausted(call);
      passed.add(candidate.id);
      const tried = await this.attempts.run(call, candidate);
      if (!tried) continue;
      if (this.settled(call, tried)) return;
    }
  }

  /** True when the caller has had the last of this request. */
  private settled(call: Call, tried: Tried): boolean {
    switch (nextStep(tried.result)) {
      case 'answer':
        this.finish.answer(call, tried);
        return true;
      case 'reject':
        this.finish.reject(call, tried);
        return true;
      case 'interrupt':
        this.finish.interrupt(call, tried);
        return true;
      case 'abandon':
        this.finish.abandon(call, tried);
        return true;
      case 'move_on':
        return false;
    }
  }

  private next(call: Call, tried: ReadonlySet<string>): Candidate | undefined {
    const now = systemClock.now();
    if (call.cancelled.aborted || now >= call.request.deadlineAt) return undefined;
    const outlook = {
      tiers: call.request.plan.tiers,
      tried,
      stateOf: (id: string) => this.health.stateOf(id),
      weightOf: (id: string) => this.catalog.find(id)?.target.weight ?? 1,
    };
    return nextCandidate(outlook, now, systemRandom);
  }
}
