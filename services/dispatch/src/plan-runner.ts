import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { systemClock, systemRandom } from '#libs/kernel';
import { AttemptRunner } from './attempt-runner.js';
import type { Call } from './call.js';
import { nextMove } from './domain/next-move.js';
import { nextStep } from './domain/next-step.js';
import { Finisher } from './finisher.js';
import { Outlook } from './outlook.js';
import type { Tried } from './target-caller.js';

/** The failover loop: move after move, until the caller has an answer or there is nothing left to try. */
@Injectable()
export class PlanRunner {
  constructor(
    private readonly outlook: Outlook,
    private readonly attempts: AttemptRunner,
    private readonly finish: Finisher,
  ) {}

  async run(call: Call): Promise<void> {
    let last: Tried | undefined;
    while (!isOver(call)) {
      const move = nextMove(this.outlook.situation(call, call.tries), systemClock.now(), systemRandom);
      if (move.do === 'give_up') break;
      if (move.afterMs > 0) {
        await this.wait(call, move.afterMs);
        // What was known when the wait began may be known better by now.
        if (isOver(call) || !this.outlook.isUsable(call, move.target.id)) continue;
      }
      const tried = await this.attempts.run(call, move);
      last = tried ?? last;
      if (tried && this.settled(call, tried)) return;
    }
    this.finish.exhausted(call, last);
  }

  /** True when the caller has had the last of this request. */
  private settled(call: Call, tried: Tried): boolean {
    switch (nextStep(tried.result, call.request.plan.conduct)) {
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

  private async wait({ cancelled, request }: Call, ms: number): Promise<void> {
    const most = Math.max(0, request.deadlineAt - systemClock.now());
    await pause(Math.min(ms, most), undefined, { signal: cancelled }).catch(() => undefined);
  }
}

const isOver = ({ cancelled, request }: Call): boolean => cancelled.aborted || systemClock.now() >= request.deadlineAt;
